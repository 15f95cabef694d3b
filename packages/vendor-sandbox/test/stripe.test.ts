import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stripeAccount } from '../src/accounts.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import type { RequestRecord } from '../src/traffic/request-log.ts';
import { control } from './control.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { stripeClient } from './stripe-client.ts';

let sandbox: Sandbox;
let receiver: Receiver;
let stripe: Stripe;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox({ publicUrl: receiver.url, stepDelayMs: 2, callbackRetryMs: [5] });
  stripe = stripeClient(sandbox.url, stripeAccount.secretKey);
});

afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const card: Stripe.PaymentIntentCreateParams = {
  amount: 1_099,
  currency: 'usd',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
};
const pay = (more: Partial<Stripe.PaymentIntentCreateParams> = {}, options: Stripe.RequestOptions = {}) =>
  stripe.paymentIntents.create({ ...card, confirm: true, payment_method: 'pm_card_visa', ...more }, options);

const eventTypes = () => receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
const waitForEvent = (type: string) => expect.poll(eventTypes).toContain(type);

describe('payment intents', () => {
  it('goes from creation to success, and books the charge with its fee', async () => {
    const customer = await stripe.customers.create({ email: 'jane@example.com', metadata: { id: '1' } });
    const created = await stripe.paymentIntents.create({
      ...card,
      customer: customer.id,
      metadata: { paymentId: 'pay_1' },
    });
    expect(created).toMatchObject({ status: 'requires_payment_method', amount: 1_099, livemode: false });
    expect(created.client_secret).toContain(`${created.id}_secret_`);
    const confirmed = await stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' });
    expect(confirmed).toMatchObject({
      status: 'succeeded',
      amount_received: 1_099,
      metadata: { paymentId: 'pay_1' },
    });

    await waitForEvent('charge.updated');
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(created.id, {
      expand: ['latest_charge.balance_transaction', 'customer'],
    });
    expect(charge).toMatchObject({ amount_captured: 1_099, balance_transaction: { fee: 62, net: 1_037 } });
    expect(eventTypes()).toEqual(
      expect.arrayContaining([
        'customer.created',
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.succeeded',
      ]),
    );
  });

  it('signs its events', async () => {
    await pay();
    await waitForEvent('payment_intent.succeeded');
    for (const { path, headers, body } of receiver.received) {
      expect(path).toBe('/webhooks/stripe/sandbox');
      const signature = String(headers['stripe-signature']);
      const event = stripe.webhooks.constructEvent(body, signature, stripeAccount.webhookSecret);
      expect((await stripe.events.retrieve(event.id)).type).toBe(event.type);
    }
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', ''],
  ])('declines %s', async (paymentMethod, code, declineCode) => {
    const refusal = await pay({ payment_method: paymentMethod }).catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(refusal).toMatchObject({ statusCode: 402, code, decline_code: declineCode });
    const intent = (refusal as InstanceType<typeof Stripe.errors.StripeCardError>).payment_intent;
    expect(intent).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code } });
    await waitForEvent('payment_intent.payment_failed');
    // The same intent can be paid with another card.
    const paid = await stripe.paymentIntents.confirm(intent?.id ?? '', { payment_method: 'pm_card_visa' });
    expect(paid.status).toBe('succeeded');
  });

  it('asks for authentication, and continues when the buyer has given it', async () => {
    const returnUrl = 'https://shop.example/back';
    const intent = await pay({ payment_method: 'pm_card_authenticationRequired', return_url: returnUrl });
    expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
    const page = intent.next_action?.redirect_to_url?.url ?? '';
    expect(await (await fetch(page)).text()).toContain('$10.99');
    const answer = await fetch(page, {
      method: 'POST',
      body: new URLSearchParams({ answer: 'complete' }),
      redirect: 'manual',
    });
    expect(answer.headers.get('location')).toContain(`${returnUrl}?payment_intent=${intent.id}`);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');

    const refused = await pay({ payment_method: 'pm_card_authenticationRequired' });
    await control(sandbox.url, 'POST', '/simulate/stripe/authenticate', {
      paymentIntentId: refused.id,
      outcome: 'failure',
    });
    expect(await stripe.paymentIntents.retrieve(refused.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    await expect(
      pay({ payment_method: 'pm_card_authenticationRequired', off_session: true }),
    ).rejects.toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });

  it('captures what was held, and cancels what was not', async () => {
    const held = await pay({ capture_method: 'manual' });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 1_099, amount_received: 0 });
    await expect(stripe.paymentIntents.capture(held.id, { amount_to_capture: 1_100 })).rejects.toMatchObject({
      code: 'amount_too_large',
    });
    expect(await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1_000 })).toMatchObject({
      status: 'succeeded',
      amount_received: 1_000,
    });
    await expect(stripe.paymentIntents.capture(held.id)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    await expect(stripe.paymentIntents.cancel(held.id)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    const other = await stripe.paymentIntents.create(card);
    expect((await stripe.paymentIntents.cancel(other.id)).status).toBe('canceled');
    await waitForEvent('payment_intent.canceled');
  });

  it('takes time for bank debits', async () => {
    const good = await pay({ payment_method: 'pm_usBankAccount_success' });
    expect(good.status).toBe('processing');
    await waitForEvent('payment_intent.processing');
    await expect.poll(async () => (await stripe.paymentIntents.retrieve(good.id)).status).toBe('succeeded');
  });

  it.each([
    ['no amount', { currency: 'usd' }, 'parameter_missing'],
    ['too little', { ...card, amount: 49 }, 'amount_too_small'],
    ['half a cent', { ...card, amount: 10.5 }, 'parameter_invalid_integer'],
    ['three decimals', { ...card, currency: 'kwd', amount: 5_124 }, 'parameter_invalid_integer'],
    ['an unknown parameter', { ...card, colour: 'red' }, 'parameter_unknown'],
    ['an unknown customer', { ...card, customer: 'cus_none' }, 'resource_missing'],
    ['an unknown payment method', { ...card, payment_method: 'pm_none' }, 'resource_missing'],
    ['a bad address', { ...card, receipt_email: 'nobody' }, 'email_invalid'],
  ])('refuses %s', async (_name, parameters, code) => {
    await expect(
      stripe.paymentIntents.create(parameters as Stripe.PaymentIntentCreateParams),
    ).rejects.toMatchObject({ statusCode: 400, code });
  });

  it('wants a return address when the buyer might be redirected', async () => {
    await expect(
      stripe.paymentIntents.create({
        amount: 1_099,
        currency: 'usd',
        confirm: true,
        payment_method: 'pm_card_visa',
      }),
    ).rejects.toMatchObject({ statusCode: 400, param: 'return_url' });
  });

  it('refuses unknown keys and intents', async () => {
    await expect(stripeClient(sandbox.url, 'sk_test_wrong').balance.retrieve()).rejects.toBeInstanceOf(
      Stripe.errors.StripeAuthenticationError,
    );
    await expect(stripe.paymentIntents.retrieve('pi_none')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  it('lists page by page', async () => {
    for (let index = 0; index < 5; index += 1) await stripe.paymentIntents.create(card);
    const ids: string[] = [];
    for await (const intent of stripe.paymentIntents.list({ limit: 2 })) ids.push(intent.id);
    expect(new Set(ids).size).toBe(5);
  });
});

describe('refunds', () => {
  it('gives back in parts, and no more than was paid', async () => {
    const intent = await pay();
    const first = await stripe.refunds.create({ payment_intent: intent.id, amount: 1_000 });
    expect(first).toMatchObject({ status: 'succeeded', amount: 1_000, payment_intent: intent.id });
    await expect(stripe.refunds.create({ payment_intent: intent.id, amount: 100 })).rejects.toMatchObject({
      statusCode: 400,
      message: 'Refund amount ($1.00) is greater than unrefunded amount on charge ($0.99)',
    });
    await stripe.refunds.create({ payment_intent: intent.id });
    await expect(stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toHaveLength(2);
    await waitForEvent('charge.refunded');
    await waitForEvent('refund.created');
  });

  it('can be slow, and can fail', async () => {
    const slow = await stripe.refunds.create({
      payment_intent: (await pay({ payment_method: 'pm_card_pendingRefund' })).id,
    });
    expect(slow.status).toBe('pending');
    await expect.poll(async () => (await stripe.refunds.retrieve(slow.id)).status).toBe('succeeded');
    const failing = await stripe.refunds.create({
      payment_intent: (await pay({ payment_method: 'pm_card_refundFail' })).id,
    });
    await expect.poll(async () => (await stripe.refunds.retrieve(failing.id)).status).toBe('failed');
    await waitForEvent('refund.updated');
  });
});

describe('idempotency keys', () => {
  const requests = async () =>
    (await control<{ requests: RequestRecord[] }>(sandbox.url, 'GET', '/requests?vendor=stripe')).requests;
  const count = async () => (await stripe.paymentIntents.list({ limit: 100 })).data.length;

  it('answers the same request the same way, without doing it again', async () => {
    const first = await pay({}, { idempotencyKey: 'key-1' });
    const second = await pay({}, { idempotencyKey: 'key-1' });
    expect(second.id).toBe(first.id);
    // With a fetch client the SDK hands the response's own Headers through.
    const headers = second.lastResponse.headers as unknown as Headers;
    expect(headers.get('idempotent-replayed')).toBe('true');
    expect(headers.get('original-request')).toBe(first.lastResponse.requestId);
    expect(await count()).toBe(1);
    expect((await requests()).filter(({ method, effect }) => method === 'POST' && effect)).toHaveLength(1);
  });

  it('repeats a decline', async () => {
    const declined = () => pay({ payment_method: 'pm_card_chargeDeclined' }, { idempotencyKey: 'key-1' });
    await expect(declined()).rejects.toMatchObject({ statusCode: 402 });
    await expect(declined()).rejects.toMatchObject({ statusCode: 402 });
    expect(await count()).toBe(1);
  });

  it('refuses other parameters under the same key', async () => {
    await pay({}, { idempotencyKey: 'key-1' });
    await expect(pay({ amount: 2_000 }, { idempotencyKey: 'key-1' })).rejects.toBeInstanceOf(
      Stripe.errors.StripeIdempotencyError,
    );
    await expect(stripe.customers.create({}, { idempotencyKey: 'key-1' })).rejects.toBeInstanceOf(
      Stripe.errors.StripeIdempotencyError,
    );
  });

  it('keeps a 500, but neither wrong parameters nor a 503', async () => {
    await control(sandbox.url, 'POST', '/faults', { vendor: 'stripe', match: 'POST', status: 500 });
    await expect(pay({}, { idempotencyKey: 'key-1' })).rejects.toMatchObject({ statusCode: 500 });
    await expect(pay({}, { idempotencyKey: 'key-1' })).rejects.toMatchObject({ statusCode: 500 });
    await expect(pay({ amount: 1 }, { idempotencyKey: 'key-2' })).rejects.toMatchObject({ statusCode: 400 });
    await pay({}, { idempotencyKey: 'key-2' });
    await control(sandbox.url, 'POST', '/faults', { vendor: 'stripe', match: 'POST', status: 503 });
    await expect(pay({}, { idempotencyKey: 'key-3' })).rejects.toMatchObject({ statusCode: 503 });
    await pay({}, { idempotencyKey: 'key-3' });
  });

  it('refuses a request while the first one still runs, and repeats a lost answer', async () => {
    await control(sandbox.url, 'POST', '/faults', { vendor: 'stripe', match: 'POST', delayMs: 200 });
    const first = pay({}, { idempotencyKey: 'key-1' });
    await expect.poll(count).toBe(1);
    await expect(pay({}, { idempotencyKey: 'key-1' })).rejects.toMatchObject({ statusCode: 409 });
    await first;

    await control(sandbox.url, 'POST', '/faults', {
      vendor: 'stripe',
      match: 'POST',
      dropResponseAfterEffect: true,
    });
    await expect(pay({}, { idempotencyKey: 'key-2' })).rejects.toBeInstanceOf(
      Stripe.errors.StripeConnectionError,
    );
    expect((await pay({}, { idempotencyKey: 'key-2' })).status).toBe('succeeded');
    expect(await count()).toBe(2);
  });
});

describe('webhook endpoints and events', () => {
  it('sends an added endpoint what it asked for, under its own secret', async () => {
    const endpoint = await stripe.webhookEndpoints.create({
      url: `${receiver.url}/mine`,
      enabled_events: ['payment_intent.succeeded'],
    });
    await pay();
    const [callback] = await receiver.waitFor(1, ({ path }) => path === '/mine');
    const event = stripe.webhooks.constructEvent(
      callback?.body ?? '',
      String(callback?.headers['stripe-signature']),
      endpoint.secret ?? '',
    );
    expect(event.type).toBe('payment_intent.succeeded');
    await stripe.webhookEndpoints.del(endpoint.id);
    expect((await stripe.webhookEndpoints.list()).data).toHaveLength(1);

    await control(sandbox.url, 'POST', '/simulate/stripe/replay-event', { eventId: event.id });
    await receiver.waitFor(2, ({ path, body }) => path.endsWith('/sandbox') && body.includes(event.id));
    expect((await stripe.events.list({ type: 'payment_intent.succeeded' })).data).toHaveLength(1);
  });

  it('lets the buyer pay in a browser', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 1_099, currency: 'usd' });
    await control(sandbox.url, 'POST', '/simulate/stripe/pay', { paymentIntentId: intent.id });
    await waitForEvent('payment_intent.succeeded');
  });
});
