import { verify, X509Certificate } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  CheckoutPaymentIntent,
  type Client,
  type OrderRequest,
  OrdersController,
  PaymentsController,
} from '@paypal/paypal-server-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paypalAccount } from '../src/accounts.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { control } from './control.ts';
import { paypalClient } from './paypal-client.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';

let sandbox: Sandbox;
let receiver: Receiver;
let client: Client;
let orders: OrdersController;
let payments: PaymentsController;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox({ publicUrl: receiver.url, stepDelayMs: 2, callbackRetryMs: [5] });
  client = paypalClient(sandbox.url, paypalAccount);
  orders = new OrdersController(client);
  payments = new PaymentsController(client);
});

afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const order: OrderRequest = {
  intent: CheckoutPaymentIntent.Capture,
  purchaseUnits: [{ amount: { currencyCode: 'USD', value: '10.99' }, customId: 'pay_1' }],
  paymentSource: {
    paypal: {
      experienceContext: { returnUrl: 'https://shop.example/back', cancelUrl: 'https://shop.example/cancel' },
    },
  },
};

const create = async (body: OrderRequest = order, paypalRequestId: string = crypto.randomUUID()) =>
  (await orders.createOrder({ body, paypalRequestId, prefer: 'return=representation' })).result;
const approve = (orderId: string | undefined) =>
  control(sandbox.url, 'POST', '/simulate/paypal/approve', { orderId });
const paid = async () => {
  const { id = '' } = await create();
  await approve(id);
  const { result } = await orders.captureOrder({ id, paypalRequestId: `capture-${id}` });
  return { orderId: id, captureId: result.purchaseUnits?.[0]?.payments?.captures?.[0]?.id ?? '' };
};
const issueOf = async (work: Promise<unknown>): Promise<[number, string]> => {
  const thrown = (await work.then(
    () => {
      throw new Error('nothing was refused');
    },
    (refusal: unknown) => refusal,
  )) as { statusCode: number; body: string; message: string };
  if (!thrown.body) throw thrown;
  const body = JSON.parse(thrown.body) as { name: string; details?: { issue: string }[] };
  return [thrown.statusCode, body.details?.[0]?.issue ?? body.name];
};
const typeOf = ({ body }: Received) => (JSON.parse(body) as { event_type: string }).event_type;

describe('checkout with the SDK', () => {
  it('creates, waits for the buyer, and captures', async () => {
    const created = await create();
    expect(created).toMatchObject({ status: 'PAYER_ACTION_REQUIRED', intent: 'CAPTURE' });
    const id = created.id ?? '';
    expect(await issueOf(orders.captureOrder({ id }))).toEqual([422, 'ORDER_NOT_APPROVED']);

    const page = created.links?.find(({ rel }) => rel === 'payer-action')?.href ?? '';
    expect(await (await fetch(page)).text()).toContain('10.99 USD');
    const answer = await fetch(page, {
      method: 'POST',
      body: new URLSearchParams({ answer: 'approve' }),
      redirect: 'manual',
    });
    const back = new URL(answer.headers.get('location') ?? '');
    expect([back.origin, back.searchParams.get('token')]).toEqual(['https://shop.example', id]);

    const { result, statusCode } = await orders.captureOrder({ id });
    expect([statusCode, result.status]).toEqual([201, 'COMPLETED']);
    const capture = result.purchaseUnits?.[0]?.payments?.captures?.[0];
    expect(capture).toMatchObject({ status: 'COMPLETED', customId: 'pay_1', amount: { value: '10.99' } });
    expect(capture?.sellerReceivableBreakdown?.netAmount?.value).toBe('10.12');
    expect(await issueOf(orders.captureOrder({ id }))).toEqual([422, 'ORDER_ALREADY_CAPTURED']);
    expect((await orders.getOrder({ id })).result.payer?.emailAddress).toBe('buyer@sandbox.test');
    const callbacks = await receiver.waitFor(2);
    expect(callbacks.map(typeOf).sort()).toEqual(['CHECKOUT.ORDER.APPROVED', 'PAYMENT.CAPTURE.COMPLETED']);
  });

  it('authorizes, captures in parts and voids', async () => {
    const body = { ...order, intent: CheckoutPaymentIntent.Authorize };
    const authorized = async () => {
      const { id = '' } = await create(body);
      await approve(id);
      const { result } = await orders.authorizeOrder({ id });
      return result.purchaseUnits?.[0]?.payments?.authorizations?.[0]?.id ?? '';
    };
    const authorizationId = await authorized();
    const { result } = await payments.captureAuthorizedPayment({
      authorizationId,
      body: { amount: { currencyCode: 'USD', value: '10.00' } },
    });
    expect(result.status).toBe('COMPLETED');
    expect((await payments.getAuthorizedPayment({ authorizationId })).result.status).toBe(
      'PARTIALLY_CAPTURED',
    );
    const other = await authorized();
    await payments.voidPayment({ authorizationId: other });
    expect(await issueOf(payments.captureAuthorizedPayment({ authorizationId: other }))).toEqual([
      422,
      'AUTHORIZATION_VOIDED',
    ]);
  });

  it.each([
    [
      'decimals of a currency without',
      { currencyCode: 'JPY', value: '10.50' },
      422,
      'DECIMALS_NOT_SUPPORTED',
    ],
    ['three decimals', { currencyCode: 'USD', value: '10.999' }, 422, 'DECIMAL_PRECISION'],
    ['nothing', { currencyCode: 'USD', value: '0' }, 422, 'CANNOT_BE_ZERO_OR_NEGATIVE'],
    ['no number', { currencyCode: 'USD', value: 'ten' }, 400, 'INVALID_PARAMETER_SYNTAX'],
    ['an unknown currency', { currencyCode: 'XXX', value: '10' }, 422, 'INVALID_CURRENCY_CODE'],
  ])('refuses %s', async (_name, amount, status, issue) => {
    expect(await issueOf(create({ ...order, purchaseUnits: [{ amount }] }))).toEqual([status, issue]);
  });

  it('refuses orders without parts, unknown orders and wrong credentials', async () => {
    expect(await issueOf(create({ ...order, purchaseUnits: [] }))).toEqual([400, 'INVALID_ARRAY_MIN_ITEMS']);
    expect(await issueOf(orders.getOrder({ id: 'NONE' }))).toEqual([404, 'INVALID_RESOURCE_ID']);
    const stranger = new OrdersController(
      paypalClient(sandbox.url, { ...paypalAccount, clientSecret: 'wrong' }),
    );
    await expect(stranger.getOrder({ id: 'NONE' })).rejects.toMatchObject({ statusCode: 401 });
    const answer = await fetch(`${sandbox.url}/paypal/v2/checkout/orders/X`, {
      headers: { authorization: 'Bearer wrong' },
    });
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'invalid_token' }]);
  });

  it('declines, and leaves captures pending, when told', async () => {
    const outcome = async (name: string) => {
      const { id = '' } = await create();
      await approve(id);
      await control(sandbox.url, 'POST', '/simulate/paypal/capture-outcome', { orderId: id, outcome: name });
      return id;
    };
    expect(await issueOf(orders.captureOrder({ id: await outcome('INSTRUMENT_DECLINED') }))).toEqual([
      422,
      'INSTRUMENT_DECLINED',
    ]);
    const { result } = await orders.captureOrder({ id: await outcome('PENDING') });
    const captureId = result.purchaseUnits?.[0]?.payments?.captures?.[0]?.id ?? '';
    expect((await payments.getCapturedPayment({ captureId })).result.status).toBe('PENDING');
    expect(await issueOf(payments.refundCapturedPayment({ captureId }))).toEqual([422, 'PENDING_CAPTURE']);
    await control(sandbox.url, 'POST', '/simulate/paypal/settle', { captureId, status: 'DENIED' });
    await receiver.waitFor(1, (received) => typeOf(received) === 'PAYMENT.CAPTURE.DENIED');
  });
});

describe('refunds', () => {
  const part = (value: string, currencyCode = 'USD') => ({ amount: { currencyCode, value } });

  it('gives back in parts, and no more than was paid', async () => {
    const { captureId } = await paid();
    const { result } = await payments.refundCapturedPayment({
      captureId,
      body: part('10.00'),
      prefer: 'return=representation',
    });
    expect(result).toMatchObject({ status: 'COMPLETED', amount: { value: '10.00' } });
    expect((await payments.getRefund({ refundId: result.id ?? '' })).result.id).toBe(result.id);
    expect(await issueOf(payments.refundCapturedPayment({ captureId, body: part('1.00') }))).toEqual([
      422,
      'REFUND_AMOUNT_EXCEEDED',
    ]);
    expect(await issueOf(payments.refundCapturedPayment({ captureId, body: part('0.50', 'EUR') }))).toEqual([
      422,
      'REFUND_CAPTURE_CURRENCY_MISMATCH',
    ]);
    await payments.refundCapturedPayment({ captureId });
    expect(await issueOf(payments.refundCapturedPayment({ captureId }))).toEqual([
      422,
      'CAPTURE_FULLY_REFUNDED',
    ]);
    await receiver.waitFor(2, (received) => typeOf(received) === 'PAYMENT.CAPTURE.REFUNDED');
  });
});

describe('PayPal-Request-Id', () => {
  it('answers the same request the same way, with 200, without doing it again', async () => {
    const first = await orders.createOrder({ body: order, paypalRequestId: 'id-1' });
    const second = await orders.createOrder({ body: order, paypalRequestId: 'id-1' });
    expect([first.statusCode, second.statusCode, second.result.id]).toEqual([201, 200, first.result.id]);
    const other = { ...order, purchaseUnits: [{ amount: { currencyCode: 'USD', value: '20.00' } }] };
    expect(await issueOf(create(other, 'id-1'))).toEqual([422, 'DUPLICATE_REQUEST_ID']);
  });

  it('frees the id of what was refused, and repeats a lost answer', async () => {
    const { id = '' } = await create();
    expect(await issueOf(orders.captureOrder({ id, paypalRequestId: 'id-2' }))).toEqual([
      422,
      'ORDER_NOT_APPROVED',
    ]);
    await approve(id);
    await control(sandbox.url, 'POST', '/faults', {
      vendor: 'paypal',
      match: 'capture$',
      dropResponseAfterEffect: true,
    });
    await expect(orders.captureOrder({ id, paypalRequestId: 'id-2' })).rejects.toThrow();
    const repeated = await orders.captureOrder({ id, paypalRequestId: 'id-2' });
    expect([repeated.statusCode, repeated.result.status]).toEqual([200, 'COMPLETED']);
    await receiver.waitFor(1, (received) => typeOf(received) === 'PAYMENT.CAPTURE.COMPLETED');
  });
});

describe('webhooks', () => {
  it('name links and the certificate where the sandbox is reached, when that is not where it listens', async () => {
    await sandbox.close();
    const ownUrl = 'https://vendors.example.com';
    sandbox = await startSandbox({ publicUrl: receiver.url, stepDelayMs: 2, ownUrl: `${ownUrl}/` });
    orders = new OrdersController(paypalClient(sandbox.url, paypalAccount));
    const { id, links } = await create();
    expect(links?.map(({ href }) => new URL(href).origin)).toEqual(links?.map(() => ownUrl));
    await approve(id);
    const [callback] = await receiver.waitFor(1);
    expect(callback?.headers['paypal-cert-url']).toMatch(`${ownUrl}/paypal/v1/notifications/certs/`);
  });

  it('verify with the certificate they name, and with the API', async () => {
    await approve((await create()).id);
    const [callback] = await receiver.waitFor(1);
    const headers = callback?.headers ?? {};
    const body = callback?.body ?? '';
    expect(callback?.path).toBe('/webhooks/paypal/sandbox');
    const certificate = new X509Certificate(await (await fetch(String(headers['paypal-cert-url']))).text());
    const text = `${headers['paypal-transmission-id']}|${headers['paypal-transmission-time']}|${paypalAccount.webhookId}|${crc32(body)}`;
    const signature = Buffer.from(String(headers['paypal-transmission-sig']), 'base64');
    expect(verify('sha256', Buffer.from(text), certificate.publicKey, signature)).toBe(true);

    const token = await fetch(`${sandbox.url}/paypal/v1/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${paypalAccount.clientId}:${paypalAccount.clientSecret}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: accessToken } = (await token.json()) as { access_token: string };
    const status = async (webhookId: string) => {
      const answer = await fetch(`${sandbox.url}/paypal/v1/notifications/verify-webhook-signature`, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          auth_algo: headers['paypal-auth-algo'],
          cert_url: headers['paypal-cert-url'],
          transmission_id: headers['paypal-transmission-id'],
          transmission_sig: headers['paypal-transmission-sig'],
          transmission_time: headers['paypal-transmission-time'],
          webhook_id: webhookId,
          webhook_event: JSON.parse(body),
        }),
      });
      return ((await answer.json()) as { verification_status: string }).verification_status;
    };
    expect([await status(paypalAccount.webhookId), await status('OTHER')]).toEqual(['SUCCESS', 'FAILURE']);
  });
});
