const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);
const SECRET_NAMES = new Set([
  'access_token',
  'auth_token',
  'client_secret',
  'password',
  'secret',
  'apikey',
  'refresh_token',
  'id_token',
  'code_verifier',
  'token',
]);
const TEXT_MAX = 4_000;
const ITEMS_MAX = 200;
const DEPTH_MAX = 12;

/** Headers as shown in the log: credentials keep their scheme only. */
export function maskHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const text = Array.isArray(value) ? value.join(', ') : value;
    shown[name] = SECRET_HEADERS.has(name.toLowerCase()) ? `${text.split(' ')[0]} ****` : text;
  }
  return shown;
}

/** A body as shown in the log: secrets hidden, long texts (attachments) cut. */
export function maskBody(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    return value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}… (${value.length} characters)` : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '…';
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => maskBody(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAMES.has(name) && typeof item === 'string' ? '****' : maskBody(item, depth + 1),
    ]),
  );
}
