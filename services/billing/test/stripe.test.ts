import { RpcClient } from '@switchboard/messaging';
import { ContactsService } from '@switchboard/proto-schemas';
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
    const secrets = { ...sandboxAccounts.stripe, secretKey: 'sk_test_wrong' };
    const connection = auth.connect({ vendor: 'stripe', workspaceId, userId: '', secrets });
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
  provider: 'STRIPE',
  amount: { amountMinor: '2999', currency: 'USD' },
  description: 'Two tickets',
  customer: { email: 'Ana@Example.com', phone: '+14155550123', name: 'Ana' },
  metadata: [{ key: 'order', value: '77' }],
};

async function begin(actor = testActor(), more: object = {}) {
  const idempotencyKey = freshKey();
  const created = await billing.mutate(actor, 'paymentCreate', { idempotencyKey, ...ORDER, ...more });
  expect(created.userErrors).toEqual([]);
  const id = created.payment?.id ?? '';
  await billing.becomes(actor, id, 'REQUIRES_CONFIRMATION');
  return { actor, id };
}

async function paid(paymentMethod = 'pm_card_visa', more: object = {}) {
  const { actor, id } = await begin(testActor(), more);
  await billing.mutate(actor, 'paymentConfirm', { idempotencyKey: freshKey(), paymentId: id, paymentMethod });
  await billing.becomes(actor, id, 'SUCCEEDED');
  return { actor, id };
}

describe('a payment through Stripe', () => {
  it('is created, confirmed and booked once, with the fee when it is known', async () => {
    const { actor, id } = await begin();
    const confirmed = await billing.mutate(actor, 'paymentConfirm', {
      idempotencyKey: freshKey(),
      paymentId: id,
      paymentMethod: 'pm_card_visa',
    });
    expect(confirmed).toMatchObject({ replayed: false, userErrors: [], payment: { status: 'SUCCEEDED' } });
    const payment = await waitFor('the fee', async () => {
      const seen = await billing.read(actor, id);
      return seen.ledgerEntries.length === 4 && seen;
    });
    expect(payment).toMatchObject({ sandbox: true, amount: { amountMinor: '2999', currency: 'USD' } });
    expect(
      payment.ledgerEntries.map(({ kind, account, amount }) => [kind, account, amount.amountMinor]),
    ).toEqual([
      ['PAYMENT', 'receivable:stripe', '2999'],
      ['PAYMENT', 'revenue', '-2999'],
      ['FEE', 'fees', '117'],
      ['FEE', 'receivable:stripe', '-117'],
    ]);
    expect(sumsOf(payment)).toEqual({ USD: 0n });
  });

  it('shows a decline on the payment and can be confirmed again', async () => {
    const { actor, id } = await begin();
    const declined = await billing.mutate(actor, 'paymentConfirm', {
      idempotencyKey: freshKey(),
      paymentId: id,
      paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds',
    });
    expect(declined.payment).toMatchObject({ status: 'FAILED', errorCode: 'INSUFFICIENT_FUNDS' });
    await billing.mutate(actor, 'paymentConfirm', {
      idempotencyKey: freshKey(),
      paymentId: id,
      paymentMethod: 'pm_card_visa',
    });
    expect(await billing.becomes(actor, id, 'SUCCEEDED')).toMatchObject({ errorCode: null });
  });

  it('says where the customer authenticates, and takes what comes of it', async () => {
    for (const [outcome, status] of [
      ['success', 'SUCCEEDED'],
      ['failure', 'FAILED'],
    ] as const) {
      const { actor, id } = await begin(testActor(), { returnUrl: 'https://shop.example/back' });
      const asked = await billing.mutate(actor, 'paymentConfirm', {
        idempotencyKey: freshKey(),
        paymentId: id,
        paymentMethod: 'pm_card_threeDSecure2Required',
      });
      expect(asked.payment?.status).toBe('REQUIRES_ACTION');
      const page = new URL(asked.payment?.approvalUrl ?? '');
      await billing.control.simulate('stripe', 'authenticate', {
        paymentIntentId: page.pathname.split('/').at(-1),
        outcome,
      });
      await billing.becomes(actor, id, status);
    }
  });

  it('may take its time, and end well or badly', async () => {
    for (const [paymentMethod, status] of [
      ['pm_usBankAccount_success', 'SUCCEEDED'],
      ['pm_usBankAccount_insufficientFunds', 'FAILED'],
    ] as const) {
      const { actor, id } = await begin();
      const input = { idempotencyKey: freshKey(), paymentId: id, paymentMethod };
      await billing.mutate(actor, 'paymentConfirm', input);
      await billing.becomes(actor, id, status);
    }
  });

  it('is called off before, not after', async () => {
    const { actor, id } = await begin();
    const canceled = await billing.mutate(actor, 'paymentCancel', {
      idempotencyKey: freshKey(),
      paymentId: id,
    });
    expect(canceled.payment?.status).toBe('CANCELED');
    const late = await paid();
    const refused = await billing.mutate(late.actor, 'paymentCancel', {
      idempotencyKey: freshKey(),
      paymentId: late.id,
    });
    expect(refused).toMatchObject({ payment: null, userErrors: [{ code: 'PAYMENT_STATUS' }] });
  });

  it('refuses amounts that Stripe cannot take, before it is asked', async () => {
    const actor = testActor();
    const create = (amountMinor: string, currency: string) =>
      billing.mutate(actor, 'paymentCreate', {
        ...ORDER,
        idempotencyKey: freshKey(),
        amount: { amountMinor, currency },
      });
    expect((await create('12345', 'KWD')).userErrors).toMatchObject([{ code: 'AMOUNT_HAS_FRACTION' }]);
    expect((await create('5000', 'ISK')).payment?.amount).toEqual({ amountMinor: '5000', currency: 'ISK' });
    expect(await billing.control.effects('stripe', { path: /payment_intents$/, body: '"500000"' })).toBe(1);
    expect((await create('10', 'USD')).payment).toMatchObject({
      status: 'FAILED',
      errorCode: 'AMOUNT_TOO_SMALL',
    });
  });
});

describe('idempotency', () => {
  it('has one effect for one key: 50 times in parallel, other input refused, another workspace free', async () => {
    const actor = testActor();
    const input = { ...ORDER, idempotencyKey: 'parallel', description: 'Parallel' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => billing.mutate(actor, 'paymentCreate', input)),
    );
    expect(new Set(answers.map(({ payment }) => payment?.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    // Fifty at once may take longer than a mutation waits for the vendor.
    await billing.becomes(actor, answers[0]?.payment?.id ?? '', 'REQUIRES_CONFIRMATION');
    expect(await billing.control.effects('stripe', { path: /payment_intents$/, body: 'Parallel' })).toBe(1);
    expect(await billing.code(actor, 'paymentCreate', { ...input, description: 'Other' })).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    const neighbour = await billing.mutate(testActor(), 'paymentCreate', input);
    expect(neighbour.replayed).toBe(false);
  });

  it('takes the money once when the answer is lost', async () => {
    const { actor, id } = await begin();
    await billing.control.fault({
      vendor: 'stripe',
      match: 'POST .*/confirm$',
      dropResponseAfterEffect: true,
    });
    const input = { idempotencyKey: freshKey(), paymentId: id, paymentMethod: 'pm_card_visa' };
    await billing.mutate(actor, 'paymentConfirm', input);
    const payment = await billing.becomes(actor, id, 'SUCCEEDED');
    expect(payment.ledgerEntries.filter(({ kind }) => kind === 'PAYMENT')).toHaveLength(2);
    expect((await billing.mutate(actor, 'paymentConfirm', input)).replayed).toBe(true);
  });

  it('gives back once when the answer is lost', async () => {
    const { actor, id } = await paid();
    await billing.control.fault({
      vendor: 'stripe',
      match: 'POST .*/refunds$',
      dropResponseAfterEffect: true,
    });
    const before = await billing.control.effects('stripe', { path: /refunds$/ });
    const input = {
      idempotencyKey: freshKey(),
      paymentId: id,
      amount: { amountMinor: '999', currency: 'USD' },
    };
    await billing.mutate(actor, 'paymentRefund', input);
    await waitFor('the refund', async () => {
      const { amountRefunded, refunds } = await billing.read(actor, id);
      return amountRefunded.amountMinor === '999' && refunds.length === 1;
    });
    expect((await billing.control.effects('stripe', { path: /refunds$/ })) - before).toBe(1);
  });

  it('makes one customer of payments in parallel, and of later ones', async () => {
    const actor = testActor();
    const create = (email: string) =>
      billing.mutate(actor, 'paymentCreate', { ...ORDER, customer: { email }, idempotencyKey: freshKey() });
    await Promise.all(Array.from({ length: 5 }, () => create('once@example.com')));
    await create('Once@Example.com');
    expect(await billing.control.effects('stripe', { path: /customers$/, body: 'once@example.com' })).toBe(1);
  });
});

describe('refunds', () => {
  it('in part and then the rest are booked, and no more', async () => {
    const { actor, id } = await paid();
    const refund = (amountMinor?: string) =>
      billing.mutate(actor, 'paymentRefund', {
        idempotencyKey: freshKey(),
        paymentId: id,
        ...(amountMinor && { amount: { amountMinor, currency: 'USD' } }),
      });
    expect(await refund('1000')).toMatchObject({
      refund: { status: 'SUCCEEDED' },
      payment: { amountRefunded: { amountMinor: '1000' } },
    });
    expect((await refund('2000')).userErrors).toMatchObject([{ code: 'REFUND_EXCEEDS_PAYMENT' }]);
    expect((await refund()).payment?.amountRefunded.amountMinor).toBe('2999');
    expect((await refund()).userErrors).toMatchObject([{ code: 'REFUND_EXCEEDS_PAYMENT' }]);
    const payment = await billing.read(actor, id);
    expect(payment.ledgerEntries.filter(({ kind }) => kind === 'REFUND')).toHaveLength(4);
    expect(sumsOf(payment)).toEqual({ USD: 0n });
  });

  it('in parallel never give back more than was taken', async () => {
    const { actor, id } = await paid();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        billing.mutate(actor, 'paymentRefund', {
          idempotencyKey: freshKey(),
          paymentId: id,
          amount: { amountMinor: '1000', currency: 'USD' },
        }),
      ),
    );
    expect(answers.filter(({ refund }) => refund)).toHaveLength(2);
    await waitFor('both', async () => (await billing.read(actor, id)).amountRefunded.amountMinor === '2000');
  });

  it('that are slow end by report, and that fail later are taken back in the ledger', async () => {
    const slow = await paid('pm_card_pendingRefund');
    const input = { idempotencyKey: freshKey(), paymentId: slow.id };
    await billing.mutate(slow.actor, 'paymentRefund', input);
    await waitFor('success', async () => {
      return (await billing.read(slow.actor, slow.id)).refunds[0]?.status === 'SUCCEEDED';
    });
    const failing = await paid('pm_card_refundFail');
    await billing.mutate(failing.actor, 'paymentRefund', {
      idempotencyKey: freshKey(),
      paymentId: failing.id,
    });
    const payment = await waitFor('failure', async () => {
      const seen = await billing.read(failing.actor, failing.id);
      return seen.refunds[0]?.status === 'FAILED' && seen;
    });
    expect(payment.amountRefunded.amountMinor).toBe('0');
    expect(sumsOf(payment)).toEqual({ USD: 0n });
    const refunds = payment.ledgerEntries.filter(({ account }) => account === 'refunds');
    expect(refunds.reduce((sum, { amount }) => sum + BigInt(amount.amountMinor), 0n)).toBe(0n);
  });

  it('of what was not paid, or in another currency, are refused', async () => {
    const open = await begin();
    const early = await billing.mutate(open.actor, 'paymentRefund', {
      idempotencyKey: freshKey(),
      paymentId: open.id,
    });
    expect(early.userErrors).toMatchObject([{ code: 'PAYMENT_NOT_REFUNDABLE' }]);
    const { actor, id } = await paid();
    const other = await billing.mutate(actor, 'paymentRefund', {
      idempotencyKey: freshKey(),
      paymentId: id,
      amount: { amountMinor: '100', currency: 'EUR' },
    });
    expect(other.userErrors).toMatchObject([{ code: 'REFUND_CURRENCY_MISMATCH' }]);
    expect(
      await billing.code(testActor(), 'paymentRefund', { idempotencyKey: freshKey(), paymentId: id }),
    ).toBe('NOT_FOUND');
  });
});

describe('another workspace', () => {
  it('sees nothing, by query, list, node or contact', async () => {
    const { id } = await paid();
    const answer = await billing.house.graphql(
      testActor(),
      `query ($id: ID!, $representations: [_Any!]!) {
        payment(id: $id) { id } payments { nodes { id } } ledgerBalances { account }
        _entities(representations: $representations) { ... on Payment { description } ... on ContactPoint { payments { nodes { id } } } } }`,
      {
        id,
        representations: [
          { __typename: 'Payment', id },
          { __typename: 'ContactPoint', address: '+14155550123' },
        ],
      },
    );
    expect(answer.data).toEqual({
      payment: null,
      payments: { nodes: [] },
      ledgerBalances: [],
      _entities: [null, { payments: { nodes: [] } }],
    });
  });

  it('is where the customer is found by address and number', async () => {
    const { actor, id } = await paid();
    const answer = await billing.house.graphql(
      actor,
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on ContactPoint { payments { nodes { id customerEmail } } } }
        payments(filter: { contact: "Ana@EXAMPLE.com", status: SUCCEEDED }) { nodes { id } } }`,
      {
        representations: ['Ana@example.com', '+14155550123'].map((address) => ({
          __typename: 'ContactPoint',
          address,
        })),
      },
    );
    const found = { payments: { nodes: [{ id, customerEmail: 'Ana@example.com' }] } };
    expect(answer.data).toEqual({ _entities: [found, found], payments: { nodes: [{ id }] } });
  });
});

describe('the ids behind an address', () => {
  it('are given to audit, within the workspace', async () => {
    const { actor, id } = await paid();
    const given = await billing.mutate(actor, 'paymentRefund', { idempotencyKey: freshKey(), paymentId: id });
    const audit = new RpcClient(await billing.house.broker.connect('audit'));
    const idsOf = async (workspaceId: string) => {
      const request = { workspaceId, address: '+14155550123', limit: 10 };
      return (await audit.ask(ContactsService.method.resourceIds, request, { owner: 'billing' })).ids;
    };
    expect(await idsOf(actor.workspaceId)).toEqual([given.refund?.id, id]);
    expect(await idsOf(testActor().workspaceId)).toEqual([]);
  });
});

describe('a test key', () => {
  it('makes and sees what is in the sandbox', async () => {
    const { actor, id } = await begin(testActor({ kind: 'apiKey', mode: 'test', userId: undefined }));
    expect(await billing.read(actor, id)).toMatchObject({ sandbox: true });
    // Keys of one mode are free in the other.
    const input = { ...ORDER, idempotencyKey: 'mode' };
    const test = await billing.mutate(actor, 'paymentCreate', input);
    const live = await billing.mutate({ ...actor, mode: 'live' }, 'paymentCreate', input);
    expect(live.replayed).toBe(false);
    expect(live.payment?.id).not.toBe(test.payment?.id);
  });
});

describe('events', () => {
  it('tell the story of a payment once, without personal data', async () => {
    const { actor, id } = await paid();
    await billing.mutate(actor, 'paymentRefund', { idempotencyKey: freshKey(), paymentId: id });
    const rows = await waitFor('the fee', async () => {
      const found = await billing.house.service.database.transaction({ system: true }, ({ em }) =>
        em.execute<{ type: string; payload: Uint8Array }[]>(
          'select type, payload from outbox where workspace_id = ? order by id',
          [actor.workspaceId],
        ),
      );
      return found.filter(({ type }) => type.endsWith('LedgerPosted')).length === 3 && found;
    });
    expect(rows.map(({ type }) => type.split('.').at(-1)).sort()).toEqual([
      'LedgerPosted',
      'LedgerPosted',
      'LedgerPosted',
      'PaymentCreated',
      'PaymentSucceeded',
      'RefundCreated',
      'RefundSucceeded',
    ]);
    expect(rows.some(({ payload }) => Buffer.from(payload).toString().includes('example'))).toBe(false);
  });
});
