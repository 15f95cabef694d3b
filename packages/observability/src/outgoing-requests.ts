import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import { beginSpan } from './spans.ts';

/** What undici tells of a request (undici.nodejs.org/#/docs/api/DiagnosticsChannel). */
interface UndiciRequest {
  readonly origin: string | URL;
  readonly method: string;
}

/**
 * Records every HTTP request that work of a trace sends, by whichever client, as a span from its beginning to its status.
 * An SDK that asks twice has two. Told by Node's own channels and not by OpenTelemetry's instrumentations: those would
 * record whole addresses, in which accounts and phone numbers stand, and send the trace along to vendors.
 * @param collector base address of where spans go: sending them is no work of theirs.
 * @returns ends it.
 */
export function recordOutgoingRequests(collector: string): () => void {
  const { host: collectorHost } = new URL(collector);
  const open = new WeakMap<object, Span>();

  // Whoever throws in here ends the process: an address that cannot be read is not recorded.
  const begin = (request: object, method: string, address: string) => {
    const url = URL.parse(address);
    if (!url || url.host === collectorHost) return;
    const span = beginSpan(`request ${url.hostname}`, 'client', attributesOf(method, url));
    if (span) open.set(request, span);
  };
  const end = (request: object, note: (span: Span) => void) => {
    const span = open.get(request);
    if (!span) return;
    open.delete(request);
    note(span);
    span.end();
  };
  const answered = (request: object, status = 0) =>
    end(request, (span) => {
      span.setAttribute('http.response.status_code', status);
      if (status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
    });
  const failed = (request: object, error: unknown) =>
    end(request, (span) => {
      const reason = reasonOf(error);
      span.setAttribute('error.type', reason);
      span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
    });

  const listeners: Record<string, (message: never) => void> = {
    'http.client.request.created': ({ request }: { request: ClientRequest }) =>
      begin(request, request.method, `${request.protocol}//${request.getHeader('host') ?? request.host}`),
    'http.client.response.finish': ({ request, response }: { request: object; response: IncomingMessage }) =>
      answered(request, response.statusCode),
    'http.client.request.error': ({ request, error }: { request: object; error: unknown }) =>
      failed(request, error),
    'undici:request:create': ({ request }: { request: UndiciRequest }) =>
      begin(request, request.method, String(request.origin)),
    'undici:request:headers': (told: { request: object; response: { statusCode: number } }) =>
      answered(told.request, told.response.statusCode),
    'undici:request:error': ({ request, error }: { request: object; error: unknown }) =>
      failed(request, error),
  };
  const subscribed = Object.entries(listeners).map(([name, listener]) => {
    const told = (message: unknown) => listener(message as never);
    subscribe(name, told);
    return () => unsubscribe(name, told);
  });
  return () => {
    for (const leave of subscribed) leave();
  };
}

/** Semantic conventions of HTTP spans (opentelemetry.io/docs/specs/semconv/http/http-spans), without the address's path. */
function attributesOf(method: string, { hostname, port, protocol }: URL): Attributes {
  return {
    'http.request.method': method,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
  };
}

/** The code or the class of a failure; messages may hold addresses. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
