import { until } from '../house/until.ts';
import type { Step, Walk } from './walk.ts';

interface Payment {
  readonly id: string;
  readonly status: string;
  readonly approvalUrl: string | null;
  readonly amountRefunded: { readonly amountMinor: string };
}

async function create(walk: Walk, provider: string, amountMinor: string, currency: string): Promise<Payment> {
  const { customer } = walk.people;
  const { paymentCreate } = await walk.owner.call<{ paymentCreate: { payment: Payment } }>(
    `mutation ($input: PaymentCreateInput!) {
      paymentCreate(input: $input) { payment { id status } replayed userErrors { code message } } }`,
    {
      input: {
        idempotencyKey: `journey-${provider}`,
        provider,
        amount: { amountMinor, currency },
        description: 'First visit',
        customer: { email: customer.email, phone: customer.phone, name: customer.name },
      },
    },
  );
  return paymentCreate.payment;
}

async function read(walk: Walk, id: string): Promise<Payment> {
  const { payment } = await walk.owner.call<{ payment: Payment }>(
    'query ($id: ID!) { payment(id: $id) { id status approvalUrl amountRefunded { amountMinor } } }',
    { id },
  );
  return payment;
}

function statusOf(walk: Walk, id: string, status: string): Promise<Payment> {
  return until(`payment ${id} to be ${status}`, async () => {
    const payment = await read(walk, id);
    return payment.status === status && payment;
  });
}

async function refundHalf(
  walk: Walk,
  paymentId: string,
  amountMinor: string,
  currency: string,
): Promise<void> {
  await walk.owner.call(
    `mutation ($input: PaymentRefundInput!) {
      paymentRefund(input: $input) { refund { id } userErrors { code message } } }`,
    { input: { idempotencyKey: `refund-${paymentId}`, paymentId, amount: { amountMinor, currency } } },
  );
  await until(`the refund of ${paymentId}`, async () => {
    const { amountRefunded } = await read(walk, paymentId);
    return amountRefunded.amountMinor === amountMinor;
  });
}

export const paymentSteps: readonly Step[] = [
  {
    title: 'Pay by Stripe and refund half',
    async run(walk) {
      const { id } = await create(walk, 'STRIPE', '5000', 'EUR');
      walk.stripePaymentId = id;
      await statusOf(walk, id, 'REQUIRES_CONFIRMATION');
      await walk.owner.call(
        `mutation ($input: PaymentConfirmInput!) {
          paymentConfirm(input: $input) { payment { id } userErrors { code message } } }`,
        { input: { idempotencyKey: 'journey-confirm', paymentId: id, paymentMethod: 'pm_card_visa' } },
      );
      await statusOf(walk, id, 'SUCCEEDED');
      await refundHalf(walk, id, '2500', 'EUR');
      return `${id}: 50.00 EUR paid, 25.00 EUR given back`;
    },
  },
  {
    title: 'Pay by PayPal, approved by the buyer, and refund half',
    async run(walk) {
      const { id } = await create(walk, 'PAYPAL', '3000', 'USD');
      walk.paypalPaymentId = id;
      const { approvalUrl } = await until('the approval link', async () => {
        const payment = await read(walk, id);
        return payment.approvalUrl !== null && payment;
      });
      const orderId = new URL(approvalUrl ?? '').searchParams.get('token');
      await walk.sandbox.simulate('paypal', 'approve', { orderId });
      await statusOf(walk, id, 'REQUIRES_CAPTURE');
      await walk.owner.call(
        `mutation ($input: PaymentCaptureInput!) {
          paymentCapture(input: $input) { payment { id } userErrors { code message } } }`,
        { input: { idempotencyKey: 'journey-capture', paymentId: id } },
      );
      await statusOf(walk, id, 'SUCCEEDED');
      await refundHalf(walk, id, '1500', 'USD');
      return `${id}: 30.00 USD paid, 15.00 USD given back`;
    },
  },
];
