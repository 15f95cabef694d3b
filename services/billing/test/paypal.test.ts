import { testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BillingHouse, freshKey, startBilling, sumsOf } from './billing-house.ts';

let billing: BillingHouse;
beforeAll(async () => {
  billing = await startBilling();

  it('that the vendor refuses for its credential tells auth so', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    const { auth } = billing.house;
    const secrets = { ...sandboxAccounts.paypal, clientSecret: 'wrong' };
    const connection = auth.connect({ vendor: 'paypal', workspaceId, userId: '', secrets });
    const input = { ...ORDER, idempotencyKey: freshKey() };
    const { payment } = await billing.mutate(actor, 'paymentCreate', input);
    await billing.becomes(actor, payment?.id ?? '', 'FAILED');
    const report = await waitFor('the report', () =>
      auth.reports.find(({ connectionId }) => connectionId === connection),
    );
    expect(report).toMatchObject({ succeeded: false, errorCode: 'RECONNECT_REQUIRED' });
  });
});
afterAll(() => billing.stop());
afterEach(() => billing.control.clearFaults());

const ORDER = {
  provider: 'PAYPAL',
  amount: { amountMinor: '1099', currency: 'EUR' },
  description: 'Two tickets',
  returnUrl: 'https://shop.example/back',
};

async function begin(more: object = {}) {
  const actor = testActor();
  const idempotencyKey = freshKey();
  const created = await billing.mutate(actor, 'paymentCreate', { idempotencyKey, ...ORDER, ...more });
  expect(created.userErrors).toEqual([]);
  const id = created.payment?.id ?? '';
  const { approvalUrl } = await billing.becomes(actor, id, 'REQUIRES_APPROVAL');
  const orderId = new URL(approvalUrl ?? '').searchParams.get('token') ?? '';
  return { actor, id, orderId };
}

async function approved(more: object = {}) {
  const payment = await begin(more);
  await billing.control.simulate('paypal', 'approve', { orderId: payment.orderId });
  await billing.becomes(payment.actor, payment.id, 'REQUIRES_CAPTURE');
  return payment;
}

const capture = (actor: ReturnType<typeof testActor>, paymentId: string) =>
  billing.mutate(actor, 'paymentCapture', { idempotencyKey: freshKey(), paymentId });

async function paid(more: object = {}) {
  const { actor, id } = await approved(more);
  await capture(actor, id);
  await billing.becomes(actor, id, 'SUCCEEDED');
  return { actor, id };
}

describe('a payment through PayPal', () => {
  it('is approved by the customer, captured and booked once with its fee', async () => {
    const { actor, id } = await approved();
    const captured = await capture(actor, id);
    expect(captured).toMatchObject({ replayed: false, userErrors: [], payment: { status: 'SUCCEEDED' } });
    const payment = await billing.read(actor, id);
    expect(payment.ledgerEntries.map(({ kind, account }) => [kind, account])).toEqual([
      ['PAYMENT', 'receivable:paypal'],
      ['PAYMENT', 'revenue'],
      ['FEE', 'fees'],
      ['FEE', 'receivable:paypal'],
    ]);
    expect(sumsOf(payment)).toEqual({ EUR: 0n });
    expect(payment.sandbox).toBe(true);
  });

  it('stands as before when it is captured too early', async () => {
    const { actor, id } = await begin();
    const early = await capture(actor, id);
    expect(early.payment).toMatchObject({ status: 'REQUIRES_APPROVAL', errorCode: 'ORDER_NOT_APPROVED' });
  });

  it('fails when the instrument is declined, and succeeds once another is approved', async () => {
    const { actor, id, orderId } = await approved();
    const outcome = 'INSTRUMENT_DECLINED';
    await billing.control.simulate('paypal', 'capture-outcome', { orderId, outcome });
    expect((await capture(actor, id)).payment).toMatchObject({ status: 'FAILED', errorCode: outcome });
    await billing.control.simulate('paypal', 'approve', { orderId });
    await capture(actor, id);
    await billing.becomes(actor, id, 'SUCCEEDED');
  });

  it('may stay with PayPal for review, and end well or badly', async () => {
    for (const [status, ends] of [
      ['COMPLETED', 'SUCCEEDED'],
      ['DENIED', 'FAILED'],
    ] as const) {
      const { actor, id, orderId } = await approved();
      await billing.control.simulate('paypal', 'capture-outcome', { orderId, outcome: 'PENDING' });
      expect((await capture(actor, id)).payment?.status).toBe('PROCESSING');
      const callbacks = await billing.control.callbacks('paypal');
      const pending = callbacks.find(({ kind }) => kind === 'PAYMENT.CAPTURE.PENDING');
      const event = (typeof pending?.body === 'string' ? JSON.parse(pending.body) : pending?.body) as {
        resource: { id: string };
      };
      await billing.control.simulate('paypal', 'settle', { captureId: event.resource.id, status });
      await billing.becomes(actor, id, ends);
    }
  });

  it('is called off here, because PayPal has nothing to call off, and is never captured then', async () => {
    const { actor, id } = await approved();
    const canceled = await billing.mutate(actor, 'paymentCancel', {
      idempotencyKey: freshKey(),
      paymentId: id,
    });
    expect(canceled.payment?.status).toBe('CANCELED');
    expect((await capture(actor, id)).userErrors).toMatchObject([{ code: 'PAYMENT_STATUS' }]);
  });

  it('is confirmed by no payment method', async () => {
    const { actor, id } = await begin();
    const input = { idempotencyKey: freshKey(), paymentId: id, paymentMethod: 'pm_card_visa' };
    expect(await billing.code(actor, 'paymentConfirm', input)).toBe('UNSUPPORTED');
  });

  it('takes amounts as PayPal writes them, and refuses what it cannot take', async () => {
    const yen = await begin({ amount: { amountMinor: '500', currency: 'JPY' } });
    expect(await billing.control.effects('paypal', { path: /orders$/, body: '"value":"500"' })).toBe(1);
    expect((await billing.read(yen.actor, yen.id)).amount).toEqual({ amountMinor: '500', currency: 'JPY' });
    const refused = async (amountMinor: string, currency: string) => {
      const amount = { amountMinor, currency };
      const input = { ...ORDER, idempotencyKey: freshKey(), amount };
      return (await billing.mutate(testActor(), 'paymentCreate', input)).userErrors[0]?.code;
    };
    expect(await refused('10050', 'HUF')).toBe('AMOUNT_HAS_FRACTION');
    expect(await refused('1000', 'KWD')).toBe('CURRENCY_NOT_SUPPORTED');
  });

  it('fetches one access token for many at once', async () => {
    const credentials = await billing.control.openAccount('paypal');
    const actor = testActor();
    const { workspaceId } = actor;
    billing.house.auth.connect({ vendor: 'paypal', workspaceId, userId: '', secrets: credentials });
    const before = await tokensFetched();
    await Promise.all(
      Array.from({ length: 10 }, () =>
        billing.mutate(actor, 'paymentCreate', { ...ORDER, idempotencyKey: freshKey() }),
      ),
    );
    expect((await tokensFetched()) - before).toBe(1);
  });
});

async function tokensFetched(): Promise<number> {
  const requests = await billing.control.requests('paypal');
  return requests.filter(({ path }) => path.includes('/oauth2/token')).length;
}

describe('once', () => {
  it('is taken, when the answer to the capture is lost', async () => {
    const { actor, id, orderId } = await approved();
    await billing.control.fault({
      vendor: 'paypal',
      match: 'POST .*/capture$',
      dropResponseAfterEffect: true,
    });
    await capture(actor, id);
    const payment = await billing.becomes(actor, id, 'SUCCEEDED');
    expect(payment.ledgerEntries.filter(({ kind }) => kind === 'PAYMENT')).toHaveLength(2);
    expect(await billing.control.effects('paypal', { path: new RegExp(`${orderId}/capture`) })).toBe(1);
  });

  it('is begun, when the answer to the order is lost', async () => {
    await billing.control.fault({
      vendor: 'paypal',
      match: 'POST .*/orders$',
      dropResponseAfterEffect: true,
    });
    await begin({ description: 'Lost order' });
    expect(await billing.control.effects('paypal', { path: /orders$/, body: 'Lost order' })).toBe(1);
  });

  it('is given back, in parts that never exceed the whole', async () => {
    const { actor, id } = await paid();
    await billing.control.fault({
      vendor: 'paypal',
      match: 'POST .*/refund$',
      dropResponseAfterEffect: true,
    });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        billing.mutate(actor, 'paymentRefund', {
          idempotencyKey: freshKey(),
          paymentId: id,
          amount: { amountMinor: '500', currency: 'EUR' },
        }),
      ),
    );
    expect(answers.filter(({ refund }) => refund)).toHaveLength(2);
    const payment = await waitFor('both refunds', async () => {
      const seen = await billing.read(actor, id);
      return seen.amountRefunded.amountMinor === '1000' && seen;
    });
    expect(payment.refunds.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(sumsOf(payment)).toEqual({ EUR: 0n });
    const rest = await billing.mutate(actor, 'paymentRefund', { idempotencyKey: freshKey(), paymentId: id });
    expect(rest).toMatchObject({ refund: { status: 'SUCCEEDED' } });
    expect((await billing.read(actor, id)).amountRefunded.amountMinor).toBe('1099');
  });
});
