import { payerId, upperId } from '../random-ids.ts';
import type { World } from '../world.ts';
import type { Authorization, Capture, Order, PaypalAccount, PurchaseUnit, Refund } from './account.ts';
import type { PaypalEvents } from './events.ts';
import { fromMinor, type Money, readPositiveMoney, toMinor } from './money.ts';
import { unprocessable } from './paypal-error.ts';
import { paypalTime } from './read-order.ts';
import type { PaypalResources } from './resources.ts';

const AUTHORIZATION_DAYS = 29;
/** All captures of an authorization together may exceed it by this factor. */
const OVERCAPTURE = 1.15;

/** Approval, capture, authorization and refund of orders. */
export class PaypalCheckout {
  readonly #world: World;
  readonly #events: PaypalEvents;
  readonly #resources: PaypalResources;

  constructor(world: World, events: PaypalEvents, resources: PaypalResources) {
    this.#world = world;
    this.#events = events;
    this.#resources = resources;
  }

  /** The buyer agrees. An order that was approved already stays as it is. */
  approve(account: PaypalAccount, order: Order): void {
    if (order.status !== 'CREATED' && order.status !== 'PAYER_ACTION_REQUIRED') return;
    order.status = 'APPROVED';
    order.payerId = payerId();
    order.updateTime = this.#time();
    this.#events.emit(account, 'CHECKOUT.ORDER.APPROVED', this.#resources.order(account, order));
  }

  /** https://developer.paypal.com/docs/api/orders/v2/#orders_capture @throws PaypalError 422 */
  captureOrder(account: PaypalAccount, order: Order): void {
    if (order.intent !== 'CAPTURE') {
      throw unprocessable(
        'ACTION_DOES_NOT_MATCH_INTENT',
        "Order was created with an intent to 'AUTHORIZE'. Please use v2/checkout/orders/order_id/authorize to complete the transaction or alternately create an order with an intent of 'CAPTURE'.",
      );
    }
    if (order.status === 'COMPLETED') {
      throw unprocessable(
        'ORDER_ALREADY_CAPTURED',
        "Order already captured.If 'intent=CAPTURE' only one capture per order is allowed.",
      );
    }
    this.#checkPayable(account, order);
    for (const unit of order.units) {
      const status = order.captureOutcome === 'INSTRUMENT_DECLINED' ? 'DECLINED' : order.captureOutcome;
      const capture = this.#capture(account, order.id, unit, unit.amount, status);
      unit.captures.push(capture);
    }
    order.status = 'COMPLETED';
    order.updateTime = this.#time();
  }

  /** https://developer.paypal.com/docs/api/orders/v2/#orders_authorize @throws PaypalError 422 */
  authorizeOrder(account: PaypalAccount, order: Order): void {
    if (order.intent !== 'AUTHORIZE') {
      throw unprocessable(
        'ACTION_DOES_NOT_MATCH_INTENT',
        "Order was created with an intent to 'CAPTURE'. Please use v2/checkout/orders/order_id/capture to complete the transaction or alternately Create an order with an intent of 'AUTHORIZE'.",
      );
    }
    if (order.status === 'COMPLETED') {
      throw unprocessable(
        'ORDER_ALREADY_AUTHORIZED',
        "Order already authorized.If 'intent=AUTHORIZE' only one authorization per order is allowed.",
      );
    }
    this.#checkPayable(account, order);
    for (const unit of order.units) {
      const expires = new Date(this.#world.now().getTime() + AUTHORIZATION_DAYS * 86_400_000);
      const authorization: Authorization = {
        id: upperId(17),
        orderId: order.id,
        status: 'CREATED',
        amount: unit.amount,
        capturedMinor: 0,
        invoiceId: unit.invoiceId,
        customId: unit.customId,
        createTime: this.#time(),
        updateTime: this.#time(),
        expirationTime: paypalTime(expires),
      };
      unit.authorizations.push(authorization);
      account.authorizations.set(authorization.id, authorization);
      this.#events.emit(
        account,
        'PAYMENT.AUTHORIZATION.CREATED',
        this.#resources.authorization(authorization),
      );
    }
    order.status = 'COMPLETED';
    order.updateTime = this.#time();
  }

  /** https://developer.paypal.com/docs/api/payments/v2/#authorizations_capture @throws PaypalError 422 */
  captureAuthorization(
    account: PaypalAccount,
    authorization: Authorization,
    input: Record<string, unknown>,
  ): Capture {
    if (authorization.status === 'VOIDED') {
      throw unprocessable(
        'AUTHORIZATION_VOIDED',
        'A voided authorization cannot be captured or reauthorized.',
      );
    }
    if (authorization.status === 'CAPTURED') {
      throw unprocessable('AUTHORIZATION_ALREADY_CAPTURED', 'Authorization has previously been captured.');
    }
    const currency = authorization.amount.currency_code;
    const wholeMinor = toMinor(authorization.amount);
    const rest = fromMinor(wholeMinor - authorization.capturedMinor, currency);
    const amount = input.amount === undefined ? rest : readPositiveMoney(input.amount, '/amount');
    if (amount.currency_code !== currency) {
      throw unprocessable(
        'AUTH_CAPTURE_CURRENCY_MISMATCH',
        'Currency of capture must be the same as currency of authorization.',
        '/amount/currency_code',
      );
    }
    if (authorization.capturedMinor + toMinor(amount) > Math.floor(wholeMinor * OVERCAPTURE)) {
      throw unprocessable(
        'MAX_CAPTURE_AMOUNT_EXCEEDED',
        'Capture amount exceeds allowable limit. Please contact customer service or your account manager to request the change to your overage limit. The default overage limit is 115%, which allows the sum of all captures to be up to 115% of the order amount. The ability to over capture is subjected to regulatory approvals.',
        '/amount/value',
      );
    }
    authorization.capturedMinor += toMinor(amount);
    const isFinal = input.final_capture === true || authorization.capturedMinor >= wholeMinor;
    authorization.status = isFinal ? 'CAPTURED' : 'PARTIALLY_CAPTURED';
    authorization.updateTime = this.#time();
    return this.#capture(account, authorization.orderId, authorization, amount, 'COMPLETED');
  }

  /** https://developer.paypal.com/docs/api/payments/v2/#authorizations_void @throws PaypalError 422 */
  voidAuthorization(account: PaypalAccount, authorization: Authorization): void {
    if (authorization.status === 'VOIDED') {
      throw unprocessable(
        'PREVIOUSLY_VOIDED',
        'Authorization has been previously voided and hence cannot be voided again.',
      );
    }
    if (authorization.status !== 'CREATED') {
      throw unprocessable(
        'PREVIOUSLY_CAPTURED',
        'Authorization has been previously captured and hence cannot be voided.',
      );
    }
    authorization.status = 'VOIDED';
    authorization.updateTime = this.#time();
    this.#events.emit(account, 'PAYMENT.AUTHORIZATION.VOIDED', this.#resources.authorization(authorization));
  }

  /** A pending capture ends: completed, or denied. */
  settle(account: PaypalAccount, capture: Capture, status: 'COMPLETED' | 'DENIED'): void {
    capture.status = status === 'COMPLETED' ? 'COMPLETED' : 'DECLINED';
    capture.updateTime = this.#time();
    this.#events.emit(account, `PAYMENT.CAPTURE.${status}`, this.#resources.capture(capture));
  }

  /** https://developer.paypal.com/docs/api/payments/v2/#captures_refund @throws PaypalError 422 */
  refund(account: PaypalAccount, capture: Capture, input: Record<string, unknown>): Refund {
    if (capture.status === 'PENDING') {
      throw unprocessable(
        'PENDING_CAPTURE',
        'Cannot initiate a refund as the capture is pending. Capture is typically pending when the payer has funded the transaction using e-check/bank funded.',
      );
    }
    if (capture.status === 'DECLINED')
      throw unprocessable('REFUND_NOT_ALLOWED', 'Capture cannot be refunded.');
    if (capture.status === 'REFUNDED') {
      throw unprocessable('CAPTURE_FULLY_REFUNDED', 'The capture has already been fully refunded');
    }
    const currency = capture.amount.currency_code;
    const leftMinor = toMinor(capture.amount) - capture.refundedMinor;
    const amount =
      input.amount === undefined
        ? fromMinor(leftMinor, currency)
        : readPositiveMoney(input.amount, '/amount');
    if (amount.currency_code !== currency) {
      throw unprocessable(
        'REFUND_CAPTURE_CURRENCY_MISMATCH',
        'Refund must be in the same currency as the capture',
        '/amount/currency_code',
      );
    }
    if (toMinor(amount) > leftMinor) {
      throw unprocessable(
        'REFUND_AMOUNT_EXCEEDED',
        'The refund amount must be less than or equal to the capture amount that has not yet been refunded.',
        '/amount/value',
      );
    }
    capture.refundedMinor += toMinor(amount);
    capture.status = capture.refundedMinor === toMinor(capture.amount) ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
    capture.updateTime = this.#time();
    const refund: Refund = {
      id: upperId(17),
      captureId: capture.id,
      amount,
      totalRefunded: fromMinor(capture.refundedMinor, currency),
      invoiceId: typeof input.invoice_id === 'string' ? input.invoice_id : null,
      customId: typeof input.custom_id === 'string' ? input.custom_id : null,
      noteToPayer: typeof input.note_to_payer === 'string' ? input.note_to_payer : null,
      createTime: this.#time(),
    };
    account.refunds.set(refund.id, refund);
    this.#events.emit(account, 'PAYMENT.CAPTURE.REFUNDED', this.#resources.refund(refund));
    return refund;
  }

  #checkPayable(account: PaypalAccount, order: Order): void {
    if (order.status !== 'APPROVED') {
      throw unprocessable(
        'ORDER_NOT_APPROVED',
        "Payer has not yet approved the Order for payment. Please redirect the payer to the 'rel':'approve' url returned as part of the HATEOAS links within the Create Order call or provide a valid `payment_source` in the request.",
      );
    }
    if (order.captureOutcome === 'INSTRUMENT_DECLINED') {
      // The buyer has to choose another card: the order waits for approval again.
      order.status = order.isPaypalSource ? 'PAYER_ACTION_REQUIRED' : 'CREATED';
      order.captureOutcome = 'COMPLETED';
      throw unprocessable(
        'INSTRUMENT_DECLINED',
        "The instrument presented  was either declined by the processor or bank, or it can't be used for this payment.",
      );
    }
    const duplicate = order.units.find(({ invoiceId }) => invoiceId && account.paidInvoiceIds.has(invoiceId));
    if (duplicate) {
      throw unprocessable(
        'DUPLICATE_INVOICE_ID',
        'Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting requires that Invoice Id be unique for each transaction.',
      );
    }
  }

  #capture(
    account: PaypalAccount,
    orderId: string,
    source: Pick<PurchaseUnit, 'invoiceId' | 'customId'>,
    amount: Money,
    status: 'COMPLETED' | 'PENDING' | 'DECLINED',
  ): Capture {
    const capture: Capture = {
      id: upperId(17),
      orderId,
      status,
      amount: fromMinor(toMinor(amount), amount.currency_code),
      refundedMinor: 0,
      invoiceId: source.invoiceId,
      customId: source.customId,
      createTime: this.#time(),
      updateTime: this.#time(),
    };
    account.captures.set(capture.id, capture);
    if (source.invoiceId && status === 'COMPLETED') account.paidInvoiceIds.set(source.invoiceId, true);
    this.#events.emit(account, `PAYMENT.CAPTURE.${status}`, this.#resources.capture(capture));
    return capture;
  }

  #time(): string {
    return paypalTime(this.#world.now());
  }
}
