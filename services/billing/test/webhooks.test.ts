import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { newId } from '@switchboard/ids';
import { testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BillingHouse, freshKey, startBilling, sumsOf } from './billing-house.ts';

let billing: BillingHouse;
beforeAll(async () => {
  billing = await startBilling();
});
afterAll(() => billing.stop());
afterEach(() => billing.control.clearFaults());

async function paid(paymentMethod: string) {
  const actor = testActor();
  const created = await billing.mutate(actor, 'paymentCreate', {
    idempotencyKey: freshKey(),
    provider: 'STRIPE',
    amount: { amountMinor: '2999', currency: 'USD' },
    description: 'Two tickets',
  });
  const paymentId = created.payment?.id ?? '';
  await billing.becomes(actor, paymentId, 'REQUIRES_CONFIRMATION');
  await billing.mutate(actor, 'paymentConfirm', { idempotencyKey: freshKey(), paymentId, paymentMethod });
  await billing.becomes(actor, paymentId, 'SUCCEEDED');
  return { actor, paymentId };
}

describe('callbacks in any order and repetition', () => {
  it('end in the same state, with everything booked once', async () => {
    await billing.control.fault({
      vendor: 'stripe',
      shuffleCallbacks: true,
      duplicateCallbacks: 2,
    });
    for (const paymentMethod of ['pm_card_visa', 'pm_usBankAccount_success']) {
      const { actor, paymentId } = await paid(paymentMethod);
      await billing.mutate(actor, 'paymentRefund', {
        idempotencyKey: freshKey(),
        paymentId,
        amount: { amountMinor: '999', currency: 'USD' },
      });
      const payment = await waitFor('refund and fee', async () => {
        const seen = await billing.read(actor, paymentId);
        return seen.amountRefunded.amountMinor === '999' && seen.ledgerEntries.length === 6 && seen;
      });
      await waitFor('all callbacks', async () => {
        const callbacks = await billing.control.callbacks('stripe');
        return callbacks.every(({ state }) => state === 'DELIVERED');
      });
      const after = await billing.read(actor, paymentId);
      expect(after).toEqual(payment);
      expect(sumsOf(after)).toEqual({ USD: 0n });
    }
  });

  it('learn of refunds that were made at the vendor itself', async () => {
    const { actor, paymentId } = await paid('pm_card_visa');
    const stripe = async (path: string, form?: Record<string, string>) => {
      const response = await fetch(`${billing.house.sandbox.url}/stripe/v1/${path}`, {
        method: form ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${sandboxAccounts.stripe.secretKey}` },
        ...(form && { body: new URLSearchParams(form) }),
      });
      return (await response.json()) as { data: { id: string; metadata: Record<string, string> }[] };
    };
    const { data } = await stripe('payment_intents');
    const intent = data.find(({ metadata }) => metadata.switchboard_payment_id === paymentId);
    await stripe('refunds', { payment_intent: intent?.id ?? '', amount: '500' });
    await waitFor('the refund', async () => {
      const { amountRefunded, refunds } = await billing.read(actor, paymentId);
      return amountRefunded.amountMinor === '500' && refunds.length === 1;
    });
    const rest = await billing.mutate(actor, 'paymentRefund', {
      idempotencyKey: freshKey(),
      paymentId,
      amount: { amountMinor: '2500', currency: 'USD' },
    });
    expect(rest.userErrors).toMatchObject([{ code: 'REFUND_EXCEEDS_PAYMENT' }]);
  });
});

describe('forged, old and future callbacks', () => {
  const body = JSON.stringify({ id: 'evt_1', type: 'x.y', data: { object: {} } });

  const post = (vendor: string, headers: Record<string, string>, text = body, to = 'platform') =>
    fetch(`${billing.house.service.url}/webhooks/${vendor}/${to}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    }).then(({ status }) => status);

  function stripeHeader(ageS: number, secret: string = sandboxAccounts.stripe.webhookSecret) {
    const at = Math.floor(Date.now() / 1_000) - ageS;
    return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
  }

  it('from Stripe are refused and stored nowhere', async () => {
    const stripe = (signature: string, text?: string) =>
      post('stripe', { 'stripe-signature': signature }, text);
    const secret = sandboxAccounts.stripe.webhookSecret;
    expect(await stripe(stripeHeader(0))).toBe(204);
    expect(await stripe(stripeHeader(0))).toBe(204);
    expect(await stripe(stripeHeader(301))).toBe(400);
    expect(await stripe(stripeHeader(-302))).toBe(400);
    expect(await stripe(stripeHeader(0), `${body} `)).toBe(400);
    expect(await stripe(stripeHeader(0, `${secret}x`))).toBe(400);
    expect(await stripe('')).toBe(400);
    expect(await stored('stripe', 'evt_1')).toBe(1);
  });

  it('from Stripe are told from real ones by two secrets while one replaces the other', async () => {
    const connect = (secrets: Record<string, string>) =>
      billing.house.auth.connect({
        vendor: 'stripe',
        workspaceId: newId('wsp'),
        userId: '',
        secrets: { secretKey: 'sk_test_own', ...secrets },
      });
    const statuses = (to: string) =>
      Promise.all(
        ['whsec_new', 'whsec_old', 'whsec_third', ''].map((secret) =>
          post('stripe', { 'stripe-signature': stripeHeader(0, secret) }, body, to),
        ),
      );
    const changing = connect({ webhookSecret: 'whsec_new', previousWebhookSecret: 'whsec_old' });
    expect(await statuses(changing)).toEqual([204, 204, 400, 400]);
    expect(await statuses(connect({ webhookSecret: 'whsec_new' }))).toEqual([204, 400, 400, 400]);
    expect(await statuses(connect({ webhookSecret: '' }))).toEqual([400, 400, 400, 400]);
  });

  it('from PayPal are refused and stored nowhere', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const headers = (ageS: number, certificate: string) => {
      const time = new Date(Date.now() - ageS * 1_000).toISOString();
      const message = `t-1|${time}|${sandboxAccounts.paypal.webhookId}|${crc32(Buffer.from(body))}`;
      return {
        'paypal-transmission-id': 't-1',
        'paypal-transmission-time': time,
        'paypal-transmission-sig': sign('RSA-SHA256', Buffer.from(message), privateKey).toString('base64'),
        'paypal-cert-url': certificate,
        'paypal-auth-algo': 'SHA256withRSA',
      };
    };
    await billing.mutate(testActor(), 'paymentCreate', {
      idempotencyKey: freshKey(),
      provider: 'PAYPAL',
      amount: { amountMinor: '100', currency: 'USD' },
      description: 'x',
    });
    const genuine = `${billing.house.sandbox.url}/paypal/v1/notifications/certs/${await certificateId()}`;
    expect(await post('paypal', headers(0, genuine))).toBe(400);
    expect(await post('paypal', headers(301, genuine))).toBe(400);
    expect(await post('paypal', headers(-302, genuine))).toBe(400);
    expect(await post('paypal', headers(0, 'https://api.paypal.com.evil.test/certs/1'))).toBe(400);
    expect(await post('paypal', headers(0, 'http://127.0.0.1:1/certs/1'))).toBe(400);
    expect(await stored('paypal', 'evt_1')).toBe(0);
  });

  it('spoiled on the way change nothing', async () => {
    await billing.control.fault({ vendor: 'stripe', badSignature: true });
    const { paymentId, actor } = await paid('pm_card_visa');
    // The answers to our own calls are enough, and without a genuine callback nobody learns of the fee.
    expect((await billing.read(actor, paymentId)).ledgerEntries).toHaveLength(2);
  });
});

async function stored(vendor: string, key: string): Promise<number> {
  const rows = await billing.house.service.database.transaction({ system: true }, ({ em }) =>
    em.execute<unknown[]>('select 1 from webhook_deliveries where vendor = ? and delivery_key = ?', [
      vendor,
      key,
    ]),
  );
  return rows.length;
}

/** The sandbox names its certificate in the first callback it signs. */
async function certificateId(): Promise<string> {
  const actor = testActor();
  const created = await billing.mutate(actor, 'paymentCreate', {
    idempotencyKey: freshKey(),
    provider: 'PAYPAL',
    amount: { amountMinor: '100', currency: 'USD' },
    description: 'x',
  });
  const orderId = new URL(created.payment?.approvalUrl ?? '').searchParams.get('token');
  await billing.control.simulate('paypal', 'approve', { orderId });
  return waitFor('a callback', async () => {
    const callbacks = await billing.control.callbacks('paypal');
    return callbacks[0]?.headers['paypal-cert-url']?.split('/').at(-1);
  });
}

describe('the ledger in the database', () => {
  it('takes no transaction that does not balance, and changes nothing it holds', async () => {
    const { paymentId } = await paid('pm_card_visa');
    const { database } = billing.house.service;
    const run = (sql: string) =>
      database.transaction({ system: true }, ({ em }) => em.execute(sql, [], 'run'));
    await expect(
      run(`insert into ledger_entries
             (id, workspace_id, transaction_id, payment_id, kind, account, amount_minor, currency, sandbox, created_at)
           select 'lte_x', workspace_id, id, payment_id, kind, 'revenue', 1, 'USD', sandbox, now()
           from ledger_transactions where payment_id = '${paymentId}' limit 1`),
    ).rejects.toThrow('does not balance');
    await expect(run('update ledger_entries set amount_minor = 1')).rejects.toThrow('append-only');
    await expect(run('delete from ledger_transactions')).rejects.toThrow('append-only');
  });
});
