import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inSpan, recordSpansWith, rootTrace, withTrace } from './index.ts';
import { recordOutgoingRequests } from './outgoing-requests.ts';

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
const COLLECTOR = 'http://127.0.0.1:4318';
const PATH = '/Accounts/AC1/Messages?To=+14155550100';

/** By the two ways SDKs ask: `node:http` and fetch. */
const CLIENTS: [
  string,
  (url: string, init: { method?: string; signal?: AbortSignal }) => Promise<unknown>,
][] = [
  [
    'node:http',
    (url, init) =>
      new Promise((resolve, reject) => {
        httpRequest(url, init, (response) => response.resume().on('end', resolve))
          .on('error', reject)
          .end();
      }),
  ],
  ['fetch', async (url, init) => (await fetch(url, init)).text()],
];

describe('requests that leave the process', () => {
  let vendor: Server;
  let url: string;
  let stop: () => void;
  const received: IncomingHttpHeaders[] = [];

  beforeAll(async () => {
    vendor = createServer((request, response) => {
      received.push(request.headers);
      if (request.url === '/drop') request.socket.destroy();
      else if (request.url !== '/hang') response.writeHead(request.url === '/limited' ? 429 : 200).end('{}');
    });
    await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    vendor.closeAllConnections();
    vendor.close();
  });
  beforeEach(() => {
    exporter.reset();
    received.length = 0;
    recordSpansWith(provider.getTracer('test'));
    stop = recordOutgoingRequests(COLLECTOR);
  });
  afterEach(() => {
    stop();
    recordSpansWith(undefined);
  });

  const requests = () => exporter.getFinishedSpans().filter(({ name }) => name === 'request 127.0.0.1');
  const intent = (work: () => Promise<unknown>) =>
    withTrace(rootTrace({ kind: 'system' }, 'smsSend'), () =>
      inSpan('intent deliver-sms', 'client', {}, work),
    );

  it('to what is no address are sent as ever', async () => {
    const asked = new Promise((resolve, reject) => {
      httpRequest(url, { headers: { host: 'no address' } }, resolve)
        .on('error', reject)
        .end();
    });
    await intent(() => asked);
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['intent deliver-sms']);
  });

  describe.each(CLIENTS)('by %s', (_name, send) => {
    it('are children of the work that sends them, each with its status', async () => {
      await intent(async () => {
        await send(`${url}/limited`, { method: 'POST' });
        await send(`${url}${PATH}`, { method: 'POST' });
      });
      const [first, second] = requests();
      const parent = exporter.getFinishedSpans().find(({ name }) => name === 'intent deliver-sms');
      expect([first, second].map((span) => span?.parentSpanContext?.spanId)).toEqual(
        Array(2).fill(parent?.spanContext().spanId),
      );
      expect(first?.attributes).toMatchObject({
        'http.request.method': 'POST',
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(url).port),
        'http.response.status_code': 429,
        'switchboard.operation': 'smsSend',
      });
      expect(first?.status.code).toBe(SpanStatusCode.ERROR);
      expect(second?.attributes['http.response.status_code']).toBe(200);
      expect(second?.status.code).toBe(SpanStatusCode.UNSET);
    });

    it('tell neither the collector what stands in an address, nor the vendor of the trace', async () => {
      await intent(() => send(`${url}${PATH}`, {}));
      expect(requests()).toHaveLength(1);
      expect(JSON.stringify(requests().map(({ name, attributes }) => [name, attributes]))).not.toMatch(
        /AC1|1415/,
      );
      expect(Object.keys(received[0] ?? {})).not.toContain('traceparent');
    });

    it.each([
      ['is dropped', '/drop', () => ({})],
      ['takes too long', '/hang', () => ({ signal: AbortSignal.timeout(20) })],
    ])('say why one that %s ended', async (_how, path, init) => {
      await intent(() => send(`${url}${path}`, init()).catch(() => {}));
      const [span] = requests();
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
      expect(span?.attributes['error.type']).toMatch(/^(ECONNRESET|UND_ERR_SOCKET|ABORT_ERR|TimeoutError)$/);
    });

    it('say that nobody listens', async () => {
      const closed = createServer();
      await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
      const { port } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      await intent(() => send(`http://127.0.0.1:${port}`, {}).catch(() => {}));
      expect(requests().map(({ attributes }) => attributes['error.type'])).toEqual(['ECONNREFUSED']);
    });

    it('are nobody’s business outside of a trace, nor when spans themselves are sent', async () => {
      await send(url, {});
      await intent(() =>
        send(`${COLLECTOR}/v1/traces`, { signal: AbortSignal.timeout(1_000) }).catch(() => {}),
      );
      expect(requests()).toEqual([]);
    });

    it('are not recorded any more once tracing ended', async () => {
      stop();
      await intent(() => send(url, {}));
      expect(requests()).toEqual([]);
    });
  });
});
