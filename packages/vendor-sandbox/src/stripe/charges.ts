import { type StripeAccount, stripeId } from './account.ts';
import { decimalsOf } from './money.ts';
import type { Charge, PaymentIntent, StripeObject } from './objects.ts';
import { paymentMethodDetails, type UsablePaymentMethod } from './payment-methods.ts';
import type { Decline } from './test-payment-methods.ts';

const FEE_PERCENT = 2.9;
/** The fixed part of the fee, in units of the currency's own smallest coin. */
const FEE_FIXED_TWO_DECIMALS = 30;

/** Makes the charge of a payment intent. https://docs.stripe.com/api/charges/object */
export function createCharge(
  account: StripeAccount,
  intent: PaymentIntent,
  { paymentMethod, behaviour }: UsablePaymentMethod,
  result: { status: Charge['status']; isCaptured: boolean; decline?: Decline | undefined; created: number },
): Charge {
  const { decline } = result;
  const charge: Charge = {
    id: stripeId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: result.status === 'succeeded' && result.isCaptured ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: 'VENDOR SANDBOX',
    captured: result.status === 'succeeded' && result.isCaptured,
    created: result.created,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: decline
      ? {
          network_status: 'declined_by_network',
          reason: decline.declineCode ?? decline.code,
          risk_level: 'normal',
          seller_message: 'The bank did not return any further details with this decline.',
          type: 'issuer_declined',
        }
      : {
          network_status: 'approved_by_network',
          reason: null,
          risk_level: 'normal',
          seller_message: 'Payment complete.',
          type: 'authorized',
        },
    paid: result.status === 'succeeded',
    payment_intent: intent.id,
    payment_method: paymentMethod.id,
    payment_method_details: { [behaviour.type]: paymentMethodDetails(behaviour), type: behaviour.type },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: result.status,
    transfer_data: null,
    transfer_group: null,
  };
  intent.latest_charge = charge.id;
  return account.save(charge);
}

/**
 * Books a captured charge: 2.9 % and 30 cents of fee. https://docs.stripe.com/api/balance_transactions/object
 */
export function bookCharge(account: StripeAccount, charge: Charge, created: number): StripeObject {
  const decimals = decimalsOf(charge.currency);
  const fixed = decimals === 0 ? 0 : FEE_FIXED_TWO_DECIMALS * (decimals === 3 ? 10 : 1);
  const fee = Math.min(
    Math.round((charge.amount_captured * FEE_PERCENT) / 100) + fixed,
    charge.amount_captured,
  );
  const transaction = bookTransaction(account, {
    amount: charge.amount_captured,
    fee,
    currency: charge.currency,
    created,
    source: charge.id,
    type: 'charge',
  });
  charge.balance_transaction = transaction.id;
  return transaction;
}

/** Books money coming in (positive) or going out. */
export function bookTransaction(
  account: StripeAccount,
  entry: {
    amount: number;
    fee: number;
    currency: string;
    created: number;
    source: string;
    type: 'charge' | 'refund' | 'refund_failure';
  },
): StripeObject {
  const { amount, fee, currency, created, source, type } = entry;
  return account.save({
    id: stripeId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: created + 2 * 86_400,
    balance_type: 'payments',
    created,
    currency,
    description: null,
    exchange_rate: null,
    fee,
    fee_details:
      fee > 0
        ? [
            {
              amount: fee,
              application: null,
              currency,
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ]
        : [],
    net: amount - fee,
    reporting_category: type,
    source,
    status: 'pending',
    type,
  });
}
