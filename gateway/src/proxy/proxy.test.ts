import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { readBytes, type Stub, startStub } from '../http.fixture.ts';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: Buffer;
}

const EXPORT = 'dsr_01J00000000000000000000001';
const UPLOAD = 'upl_01J00000000000000000000001';

let service: Stub;
let gateway: GatewayFixture;
const received: Received[] = [];

beforeAll(async () => {
  service = await startStub(async (request, response) => {
    const body = await readBytes(request).catch(() => Buffer.alloc(0));
    received.push({ method: request.method, url: request.url, headers: request.headers, body });
    if (request.url?.includes('/callback')) {
      response.writeHead(303, { location: 'https://app.example.com/?code=c', 'x-internal': 'secret' }).end();
      return;
    }
    response.statusCode = 202;
    response.setHeader('content-type', 'text/xml').setHeader('x-internal', 'secret');
    response.end('<Response/>');
  });
  gateway = await startGateway({ telephony: service.url, mail: service.url, auth: service.url });
});
afterAll(async () => {
  await gateway.close();
  await service.close();
});

describe('webhooks', () => {
  it('arrive with the same bytes, path and query, and only the vendor’s headers', async () => {
    const bytes = Buffer.from([0x7b, 0x00, 0xff, 0xfe, 0x7d]);
    const response = await fetch(`${gateway.url}/webhooks/twilio/con_1/status?a=%20b&a=2`, {
      method: 'POST',
      body: bytes,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': 'sig',
        authorization: 'Bearer x',
        cookie: 'a=b',
        'x-forwarded-for': '1.2.3.4',
      },
    });
    expect(response.status).toBe(202);
    expect(await response.text()).toBe('<Response/>');
    expect(response.headers.get('content-type')).toBe('text/xml');
    expect(response.headers.get('x-internal')).toBeNull();
    const last = received.at(-1);
    expect(last).toMatchObject({
      method: 'POST',
      url: '/webhooks/twilio/con_1/status?a=%20b&a=2',
      body: bytes,
    });
    expect(last?.headers).toMatchObject({
      'x-twilio-signature': 'sig',
      'content-type': 'application/x-www-form-urlencoded',
    });
    for (const name of ['authorization', 'cookie', 'x-forwarded-for']) {
      expect(last?.headers[name]).toBeUndefined();
    }
  });

  it('may be a GET', async () => {
    await fetch(`${gateway.url}/webhooks/sendgrid/platform?challenge=1`);
    expect(received.at(-1)).toMatchObject({ method: 'GET', url: '/webhooks/sendgrid/platform?challenge=1' });
  });

  it('of unknown vendors are 404, above 1 MB 413, and 503 while the owner is away', async () => {
    expect((await fetch(`${gateway.url}/webhooks/acme/platform`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${gateway.url}/webhooks/twilio/..%2f..%2fgraphql`, { method: 'POST' })).status).toBe(
      404,
    );
    const large = await fetch(`${gateway.url}/webhooks/twilio/platform`, {
      method: 'POST',
      body: Buffer.alloc(1_100_000),
    });
    expect(large.status).toBe(413);
    const away = await fetch(`${gateway.url}/webhooks/stripe/platform`, { method: 'POST', body: '{}' });
    expect(away.status).toBe(503);
    expect(away.headers.get('retry-after')).toBe('5');
  });
});

describe('consent callbacks', () => {
  it('reach auth with the query and without a header of the browser, and send the person on', async () => {
    const response = await fetch(`${gateway.url}/oauth/google/callback?state=s&code=4%2F0`, {
      redirect: 'manual',
      headers: { cookie: 'a=b', authorization: 'Bearer x', 'user-agent': 'browser' },
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('https://app.example.com/?code=c');
    expect(response.headers.get('x-internal')).toBeNull();
    const last = received.at(-1);
    expect(last).toMatchObject({ method: 'GET', url: '/oauth/google/callback?state=s&code=4%2F0' });
    for (const name of ['cookie', 'authorization', 'user-agent']) expect(last?.headers[name]).toBeUndefined();
  });

  it('reach auth after a sign-in as well', async () => {
    await fetch(`${gateway.url}/sign-in/microsoft/callback?state=s`, { redirect: 'manual' });
    expect(received.at(-1)?.url).toBe('/sign-in/microsoft/callback?state=s');
  });

  it('of nonsense are 404', async () => {
    expect((await fetch(`${gateway.url}/oauth/..%2fadmin/callback`)).status).toBe(404);
  });
});

describe('copies of data', () => {
  it('stream from auth by their token, without a header of the browser', async () => {
    const response = await fetch(`${gateway.url}/data-exports/${EXPORT}.1.sig`, {
      headers: { cookie: 'a=b', authorization: 'Bearer x' },
    });
    expect(response.status).toBe(202);
    expect(await response.text()).toBe('<Response/>');
    expect(response.headers.get('x-internal')).toBeNull();
    const last = received.at(-1);
    expect(last).toMatchObject({ method: 'GET', url: `/data-exports/${EXPORT}.1.sig` });
    for (const name of ['cookie', 'authorization']) expect(last?.headers[name]).toBeUndefined();
  });

  it('of nonsense are 404', async () => {
    expect((await fetch(`${gateway.url}/data-exports/..%2fgraphql`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/data-exports/${EXPORT}%2f..%2f..%2fgraphql`)).status).toBe(404);
  });
});

describe('uploads', () => {
  it('stream to mail with the token', async () => {
    const bytes = Buffer.alloc(3_000_000, 7);
    const response = await fetch(`${gateway.url}/uploads/${UPLOAD}?token=t`, {
      method: 'PUT',
      body: bytes,
      headers: { 'content-type': 'image/png', authorization: 'Bearer x' },
    });
    expect(response.status).toBe(202);
    const last = received.at(-1);
    expect(last).toMatchObject({ method: 'PUT', url: `/uploads/${UPLOAD}?token=t` });
    expect(last?.body.equals(bytes)).toBe(true);
    expect(last?.headers).toMatchObject({ 'content-type': 'image/png' });
    expect(last?.headers.authorization).toBeUndefined();
  });

  it('need an upload’s id', async () => {
    const before = received.length;
    const response = await fetch(`${gateway.url}/uploads/nonsense`, { method: 'PUT', body: 'x' });
    expect(response.status).toBe(404);
    expect(received).toHaveLength(before);
  });

  it('of more than 25 MB are refused, announced or not', async () => {
    const announced = await fetch(`${gateway.url}/uploads/${UPLOAD}`, {
      method: 'PUT',
      body: Buffer.alloc(26 * 1_024 * 1_024 + 1),
    }).then(
      ({ status }) => status,
      () => 'cut',
    );
    expect([413, 'cut']).toContain(announced);
    const chunk = Buffer.alloc(1_024 * 1_024);
    const unannounced = await fetch(`${gateway.url}/uploads/${UPLOAD}`, {
      method: 'PUT',
      // Without a length the bytes are counted as they pass.
      body: new ReadableStream({
        start(controller) {
          for (let n = 0; n < 27; n += 1) controller.enqueue(chunk);
          controller.close();
        },
      }),
      duplex: 'half',
    } as RequestInit).then(
      ({ status }) => status,
      () => 'cut',
    );
    expect([413, 'cut']).toContain(unannounced);
  });
});
