import type { Authorization, Capture, Link, Order, PaypalAccount, PurchaseUnit, Refund } from './account.ts';
import { feeOf, fromMinor, toMinor } from './money.ts';

/** Makes the resources of one account. `apiUrl` is the address of the API, `webUrl` that of the buyer's pages. */
export class PaypalResources {
  readonly #apiUrl: () => string;

  constructor(apiUrl: () => string) {
    this.#apiUrl = apiUrl;
  }

  /** https://developer.paypal.com/docs/api/orders/v2/#orders_get */
  order(account: PaypalAccount, order: Order) {
    return {
      id: order.id,
      intent: order.intent,
      status: order.status,
      ...this.#source(order),
      purchase_units: order.units.map((unit) => this.#unit(account, unit)),
      ...(order.payerId ? { payer: { ...BUYER, payer_id: order.payerId } } : {}),
      create_time: order.createTime,
      update_time: order.updateTime,
      links: this.orderLinks(order),
    };
  }

  /** What is answered unless `Prefer: return=representation` asks for more. */
  minimalOrder(order: Order) {
    return { id: order.id, status: order.status, ...this.#source(order), links: this.orderLinks(order) };
  }

  /** The answer to capture and authorize: no amounts of the order itself. */
  settledOrder(order: Order) {
    return {
      id: order.id,
      status: order.status,
      ...this.#source(order),
      purchase_units: order.units.map((unit) => ({
        reference_id: unit.referenceId,
        payments: this.#payments(unit),
      })),
      ...(order.payerId ? { payer: { ...BUYER, payer_id: order.payerId } } : {}),
      links: [this.#link(`/v2/checkout/orders/${order.id}`, 'self', 'GET')],
    };
  }

  orderLinks(order: Order): Link[] {
    const path = `/v2/checkout/orders/${order.id}`;
    const links = [this.#link(path, 'self', 'GET')];
    const finish = order.intent === 'CAPTURE' ? 'capture' : 'authorize';
    if (order.status === 'CREATED' || order.status === 'PAYER_ACTION_REQUIRED') {
      links.push({
        href: this.approvalUrl(order),
        rel: order.isPaypalSource ? 'payer-action' : 'approve',
        method: 'GET',
      });
    }
    if (order.status === 'CREATED' || order.status === 'APPROVED') {
      links.push(this.#link(path, 'update', 'PATCH'), this.#link(`${path}/${finish}`, finish, 'POST'));
    }
    return links;
  }

  /** Where the buyer approves. */
  approvalUrl(order: Order): string {
    return `${this.#apiUrl()}/checkoutnow?token=${order.id}`;
  }

  /** https://developer.paypal.com/docs/api/payments/v2/#captures_get */
  capture(capture: Capture) {
    const path = `/v2/payments/captures/${capture.id}`;
    const fee = feeOf(capture.amount);
    const net = fromMinor(toMinor(capture.amount) - toMinor(fee), capture.amount.currency_code);
    return {
      id: capture.id,
      status: capture.status,
      ...(capture.status === 'PENDING' ? { status_details: { reason: 'PENDING_REVIEW' } } : {}),
      amount: capture.amount,
      final_capture: true,
      disbursement_mode: 'INSTANT',
      seller_protection: {
        status: 'ELIGIBLE',
        dispute_categories: ['ITEM_NOT_RECEIVED', 'UNAUTHORIZED_TRANSACTION'],
      },
      seller_receivable_breakdown: { gross_amount: capture.amount, paypal_fee: fee, net_amount: net },
      ...(capture.invoiceId ? { invoice_id: capture.invoiceId } : {}),
      ...(capture.customId ? { custom_id: capture.customId } : {}),
      supplementary_data: { related_ids: { order_id: capture.orderId } },
      create_time: capture.createTime,
      update_time: capture.updateTime,
      links: [
        this.#link(path, 'self', 'GET'),
        this.#link(`${path}/refund`, 'refund', 'POST'),
        this.#link(`/v2/checkout/orders/${capture.orderId}`, 'up', 'GET'),
      ],
    };
  }

  /** https://developer.paypal.com/docs/api/payments/v2/#authorizations_get */
  authorization(authorization: Authorization) {
    const path = `/v2/payments/authorizations/${authorization.id}`;
    return {
      id: authorization.id,
      status: authorization.status,
      amount: authorization.amount,
      seller_protection: {
        status: 'ELIGIBLE',
        dispute_categories: ['ITEM_NOT_RECEIVED', 'UNAUTHORIZED_TRANSACTION'],
      },
      ...(authorization.invoiceId ? { invoice_id: authorization.invoiceId } : {}),
      ...(authorization.customId ? { custom_id: authorization.customId } : {}),
      expiration_time: authorization.expirationTime,
      create_time: authorization.createTime,
      update_time: authorization.updateTime,
      links: [
        this.#link(path, 'self', 'GET'),
        this.#link(`${path}/capture`, 'capture', 'POST'),
        this.#link(`${path}/void`, 'void', 'POST'),
        this.#link(`/v2/checkout/orders/${authorization.orderId}`, 'up', 'GET'),
      ],
    };
  }

  /** https://developer.paypal.com/docs/api/payments/v2/#refunds_get */
  refund(refund: Refund) {
    const zero = fromMinor(0, refund.amount.currency_code);
    return {
      id: refund.id,
      status: 'COMPLETED',
      amount: refund.amount,
      ...(refund.invoiceId ? { invoice_id: refund.invoiceId } : {}),
      ...(refund.customId ? { custom_id: refund.customId } : {}),
      ...(refund.noteToPayer ? { note_to_payer: refund.noteToPayer } : {}),
      seller_payable_breakdown: {
        gross_amount: refund.amount,
        paypal_fee: zero,
        net_amount: refund.amount,
        total_refunded_amount: refund.totalRefunded,
      },
      create_time: refund.createTime,
      update_time: refund.createTime,
      links: [
        this.#link(`/v2/payments/refunds/${refund.id}`, 'self', 'GET'),
        this.#link(`/v2/payments/captures/${refund.captureId}`, 'up', 'GET'),
      ],
    };
  }

  #unit(account: PaypalAccount, unit: PurchaseUnit) {
    return {
      reference_id: unit.referenceId,
      amount: unit.amountInput,
      payee: { email_address: 'merchant@sandbox.test', merchant_id: account.merchantId },
      ...(unit.description ? { description: unit.description } : {}),
      ...(unit.customId ? { custom_id: unit.customId } : {}),
      ...(unit.invoiceId ? { invoice_id: unit.invoiceId } : {}),
      ...(unit.items ? { items: unit.items } : {}),
      ...(unit.captures.length + unit.authorizations.length > 0 ? { payments: this.#payments(unit) } : {}),
    };
  }

  #payments(unit: PurchaseUnit) {
    return {
      ...(unit.captures.length > 0 ? { captures: unit.captures.map((one) => this.capture(one)) } : {}),
      ...(unit.authorizations.length > 0
        ? { authorizations: unit.authorizations.map((one) => this.authorization(one)) }
        : {}),
    };
  }

  #source(order: Order) {
    if (order.payerId) {
      return {
        payment_source: {
          paypal: {
            email_address: BUYER.email_address,
            account_id: order.payerId,
            account_status: 'VERIFIED',
            name: BUYER.name,
            address: BUYER.address,
          },
        },
      };
    }
    return order.isPaypalSource ? { payment_source: { paypal: {} } } : {};
  }

  #link(path: string, rel: string, method: string): Link {
    return { href: `${this.#apiUrl()}${path}`, rel, method };
  }
}

/** Who approves every order of the sandbox. */
const BUYER = {
  email_address: 'buyer@sandbox.test',
  name: { given_name: 'Sandbox', surname: 'Buyer' },
  address: { country_code: 'US' },
} as const;
