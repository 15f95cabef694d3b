import { earlier, freshKey, type TourGroup } from './operation.ts';

const PAYMENT = 'id status amount { amountMinor currency } approvalUrl errorCode sandbox';
const ANSWER = 'replayed userErrors { code message path }';

const order = {
  amount: { amountMinor: '2599', currency: 'EUR' },
  description: 'Two tickets',
  customer: { email: 'ana@example.com', phone: '+14155550123', name: 'Ana Petrova' },
  metadata: [{ key: 'order', value: '1042' }],
};

export const billing: TourGroup = {
  title: 'Payments',
  operations: [
    {
      name: 'PayByStripe',
      title: 'Begin a payment by Stripe',
      query: `mutation PayByStripe($input: PaymentCreateInput!) {
  paymentCreate(input: $input) { payment { ${PAYMENT} } ${ANSWER} }
}`,
      variables: () => ({ input: { idempotencyKey: freshKey(), provider: 'STRIPE', ...order } }),
      leaves: { stripePaymentId: 'paymentCreate.payment.id' },
    },
    {
      name: 'ConfirmStripe',
      title: 'Take the money with a card',
      query: `mutation ConfirmStripe($input: PaymentConfirmInput!) {
  paymentConfirm(input: $input) { payment { ${PAYMENT} } ${ANSWER} }
}`,
      variables: (known) => ({
        input: {
          idempotencyKey: freshKey(),
          paymentId: earlier(known, 'stripePaymentId', 'PayByStripe'),
          paymentMethod: 'pm_card_visa',
        },
      }),
    },
    {
      name: 'Refund',
      title: 'Give a part of it back',
      query: `mutation Refund($input: PaymentRefundInput!) {
  paymentRefund(input: $input) {
    refund { id status amount { amountMinor currency } errorCode }
    payment { id status amountRefunded { amountMinor currency } }
    ${ANSWER}
  }
}`,
      variables: (known) => ({
        input: {
          idempotencyKey: freshKey(),
          paymentId: earlier(known, 'stripePaymentId', 'PayByStripe'),
          amount: { amountMinor: '599', currency: 'EUR' },
        },
      }),
    },
    {
      name: 'PayByPayPal',
      title: 'Begin one by PayPal; approve it at approvalUrl',
      query: `mutation PayByPayPal($input: PaymentCreateInput!) {
  paymentCreate(input: $input) { payment { ${PAYMENT} } ${ANSWER} }
}`,
      variables: () => ({ input: { idempotencyKey: freshKey(), provider: 'PAYPAL', ...order } }),
      leaves: { paypalPaymentId: 'paymentCreate.payment.id' },
    },
    {
      name: 'CapturePayPal',
      title: 'Take what was approved',
      query: `mutation CapturePayPal($input: PaymentCaptureInput!) {
  paymentCapture(input: $input) { payment { ${PAYMENT} } ${ANSWER} }
}`,
      variables: (known) => ({
        input: {
          idempotencyKey: freshKey(),
          paymentId: earlier(known, 'paypalPaymentId', 'PayByPayPal'),
        },
      }),
    },
    {
      name: 'Books',
      title: 'Payments and the ledger',
      query: `query Books {
  payments(first: 10) {
    nodes { ${PAYMENT} refunds { id status } ledgerEntries { account amount { amountMinor currency } } }
  }
  ledgerBalances { account balance { amountMinor currency } }
}`,
    },
  ],
};
