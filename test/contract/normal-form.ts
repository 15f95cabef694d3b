import type { SentRequest } from './recorder.ts';

/** A request as it stands in the record: secrets masked, ids of this run named, bodies readable. */
export interface RecordedRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Headers that are part of a vendor's contract; the others are the HTTP client's own. */
const HEADERS = [
  'authorization',
  'content-type',
  'accept',
  'idempotency-key',
  'stripe-version',
  'stripe-account',
  'paypal-request-id',
  'prefer',
  'x-original-host',
];

/** @param names values that differ from run to run, such as a vendor's ids, and what the record calls them. */
export function normalise(sent: SentRequest, names: ReadonlyMap<string, string>): RecordedRequest {
  const rename = (text: string): string =>
    [...names].reduce((renamed, [value, name]) => renamed.replaceAll(value, name), text);
  const [path = '', query = ''] = sent.path.split('?');
  const body = readBody(String(sent.headers['content-type'] ?? ''), rename(sent.body.toString('utf8')));
  return {
    operation: sent.operation,
    method: sent.method,
    path: rename(path),
    ...(query && { query: readForm(rename(query)) }),
    headers: readHeaders(sent.headers, rename),
    ...(body !== undefined && { body }),
  };
}

function readHeaders(
  headers: SentRequest['headers'],
  rename: (text: string) => string,
): Record<string, string> {
  const shown = HEADERS.flatMap((name): [string, string][] => {
    const value = headers[name];
    if (value === undefined) return [];
    const text = rename(Array.isArray(value) ? value.join(', ') : value);
    return [[name, name === 'authorization' ? `${text.split(' ')[0]} ****` : text]];
  });
  return Object.fromEntries(shown);
}

function readBody(contentType: string, text: string): unknown {
  if (text === '') return undefined;
  if (contentType.includes('json')) return JSON.parse(text);
  return contentType.includes('x-www-form-urlencoded') ? readForm(text) : text;
}

function readForm(text: string): Record<string, unknown> {
  const form: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    form[name] = name in form ? [form[name] ?? [], value].flat() : value;
  }
  return form;
}
