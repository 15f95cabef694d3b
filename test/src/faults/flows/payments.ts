import assert from 'node:assert/strict';
import { testActor, waitFor } from '@switchboard/testing';
import type { Flow } from '../crash.ts';
import { control, requestsTo } from '../sandbox-control.ts';
import type { Station } from '../station.ts';

const SETTLED_MS = 60_000;
const AMOUNT = { amountMinor: '2999', currency: 'USD' };
const HALF = { amountMinor: '1500', currency: 'USD' };

const PAYMENT = `id status approvalUrl amountRefunded { amountMinor } refunds { status }
  ledgerEntries { kind account amount { amountMinor currency } }`;
const CREATE = `mutation ($input: PaymentCreateInput!) {
  paymentCreate(input: $input) { payment { id status } userErrors { code } } }`;
const CONFIRM = `mutation ($input: PaymentConfirmInput!) {
  paymentConfirm(input: $input) { payment { id status } userErrors { code } } }`;
const CAPTURE = `mutation ($input: PaymentCaptureInput!) {
  paymentCapture(input: $input) { payment { id status } userErrors { code } } }`;
const REFUND = `mutation ($input: PaymentRefundInput!) {
  paymentRefund(input: $input) { payment { id status } userErrors { code } } }`;
const READ = `query ($id: ID!) { payment(id: $id) { ${PAYMENT} } }`;

/** One order that is paid and half of it given back. */
export interface OrderRun {
  readonly key: string;
  paymentId: string;
}

interface Payment {
  readonly id: string;
  readonly status: string;
  readonly approvalUrl: string | null;
  readonly amountRefunded: { readonly amountMinor: string };
  readonly refunds: readonly { readonly status: string }[];
  readonly ledgerEntries: readonly {
    readonly kind: string;
    readonly account: string;
    readonly amount: { readonly amountMinor: string };
  }[];
}

type Answer = Record<
  string,
  { payment: { id: string; status: string } | null; userErrors: { code: string }[] }
>;

const actor = testActor();

async function mutate(station: Station, mutation: string, input: object): Promise<string> {
  const answer = await station.graphql<Answer>(actor, mutation, { input });
  const [payload] = Object.values(answer.data ?? {});
  if (!payload?.payment || payload.userErrors.length > 0) throw new Error(JSON.stringify(answer));
  return payload.payment.id;
}

async function read(station: Station, paymentId: string): Promise<Payment> {
  const answer = await station.graphql<{ payment: Payment | null }>(actor, READ, { id: paymentId });
  if (!answer.data?.payment) throw new Error(JSON.stringify(answer));
  return answer.data.payment;
}

function becomes(station: Station, paymentId: string, isThere: (payment: Payment) => boolean): Promise<true> {
  return waitFor('the payment to go on', async () => isThere(await read(station, paymentId)), SETTLED_MS);
}

/** Every cent is in the ledger once: payment, fee and refund are two lines each. */
async function verifyBooks(station: Station, { paymentId }: OrderRun): Promise<void> {
  const payment = await read(station, paymentId);
  assert.equal(payment.status, 'SUCCEEDED');
  assert.equal(payment.amountRefunded.amountMinor, HALF.amountMinor);
  assert.equal(payment.refunds.length, 1);
  assert.deepEqual(payment.ledgerEntries.map(({ kind }) => kind).sort(), [
    'FEE',
    'FEE',
    'PAYMENT',
    'PAYMENT',
    'REFUND',
    'REFUND',
  ]);
  const sum = payment.ledgerEntries.reduce((total, { amount }) => total + BigInt(amount.amountMinor), 0n);
  assert.equal(sum, 0n);
}

async function settledBooks(station: Station, { paymentId }: OrderRun): Promise<void> {
  await becomes(
    station,
    paymentId,
    ({ refunds, ledgerEntries }) => refunds[0]?.status === 'SUCCEEDED' && ledgerEntries.length >= 6,
  );
}

/** How many requests with an effect a vendor got on a path, among those that name the order. */
function effectsOf(
  station: Station,
  vendor: 'stripe' | 'paypal',
  path: RegExp,
  name: string,
): Promise<number> {
  return requestsTo(
    station.sandbox,
    vendor,
    (request) =>
      request.effect &&
      request.method === 'POST' &&
      path.test(request.path) &&
      `${request.path} ${JSON.stringify(request.body ?? null)}`.includes(name),
  );
}

/** Stripe honours idempotency keys: everything happens exactly once, and every cent is in the ledger. */
export const payAndRefund: Flow<OrderRun> = {
  fresh: () => ({ key: crypto.randomUUID(), paymentId: '' }),
  async act(station, run) {
    const { key } = run;
    run.paymentId = await mutate(station, CREATE, {
      idempotencyKey: `${key}-create`,
      provider: 'STRIPE',
      amount: AMOUNT,
      description: key,
    });
    const { paymentId } = run;
    await becomes(station, paymentId, ({ status }) => status !== 'PENDING');
    const paymentMethod = 'pm_card_visa';
    await mutate(station, CONFIRM, { idempotencyKey: `${key}-confirm`, paymentId, paymentMethod });
    await becomes(station, paymentId, ({ status }) => status === 'SUCCEEDED');
    await mutate(station, REFUND, { idempotencyKey: `${key}-refund`, paymentId, amount: HALF });
  },
  settled: settledBooks,
  async verify(station, run) {
    await verifyBooks(station, run);
    assert.equal(await effectsOf(station, 'stripe', /\/payment_intents$/, run.key), 1);
  },
};

/** PayPal honours its request ids: the same holds where the customer approves before the money is taken. */
export const approveAndCapture: Flow<OrderRun> = {
  fresh: payAndRefund.fresh,
  async act(station, run) {
    const { key } = run;
    run.paymentId = await mutate(station, CREATE, {
      idempotencyKey: `${key}-create`,
      provider: 'PAYPAL',
      amount: AMOUNT,
      description: key,
    });
    const { paymentId } = run;
    await becomes(station, paymentId, ({ status }) => status !== 'PENDING');
    const { status, approvalUrl } = await read(station, paymentId);
    if (status === 'REQUIRES_APPROVAL') {
      const orderId = new URL(approvalUrl ?? '').searchParams.get('token');
      await control(station.sandbox, 'POST', 'simulate/paypal/approve', { orderId });
    }
    await becomes(station, paymentId, ({ status }) => status !== 'REQUIRES_APPROVAL');
    await mutate(station, CAPTURE, { idempotencyKey: `${key}-capture`, paymentId });
    await becomes(station, paymentId, ({ status }) => status === 'SUCCEEDED');
    await mutate(station, REFUND, { idempotencyKey: `${key}-refund`, paymentId, amount: HALF });
  },
  settled: settledBooks,
  async verify(station, run) {
    await verifyBooks(station, run);
    assert.equal(await effectsOf(station, 'paypal', /\/orders$/, run.key), 1);
  },
};
