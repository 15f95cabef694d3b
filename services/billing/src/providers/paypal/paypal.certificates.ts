import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { AppError } from '@switchboard/errors';
import type { Credential } from '@switchboard/providers';

const TIMEOUT_MS = 2_000;
const BYTES_MAX = 64 * 1024;
const CACHE_MAX = 50;
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const NAME = /^messageverificationcerts(\.sandbox)?\.paypal\.com$/;

const cache = new Map<string, readonly X509Certificate[]>();

/**
 * The certificate whose key signed a callback.
 * @param url from the callback's header, so it is not trusted: only PayPal's own host is asked, or the sandbox's
 * for a connection that leads there.
 * @throws AppError REJECTED for another host or a certificate that is not PayPal's; UNAVAILABLE while it cannot be had.
 */
export async function paypalCertificate(
  url: string,
  credential: Pick<Credential, 'sandbox' | 'baseUrl'>,
  now: Date,
): Promise<X509Certificate> {
  const source = sourceOf(url, credential);
  const chain = cache.get(url) ?? (await fetchChain(url));
  const [leaf] = chain;
  if (!leaf) throw rejected('there is no certificate at its address');
  const valid = chain.filter(({ validFromDate, validToDate }) => validFromDate <= now && now <= validToDate);
  if (!valid.includes(leaf)) throw rejected('the certificate is not valid now');
  if (source === 'paypal') requirePaypalsOwn(leaf, valid, knownAuthorities());
  keep(url, chain);
  return leaf;
}

/** @returns whose address it is. @throws AppError REJECTED for anybody else's. */
export function sourceOf(
  url: string,
  { sandbox, baseUrl }: Pick<Credential, 'sandbox' | 'baseUrl'>,
): 'paypal' | 'sandbox' {
  const address = URL.parse(url);
  if (address && !address.username && !address.password) {
    const isPaypals = address.hostname === 'paypal.com' || address.hostname.endsWith('.paypal.com');
    if (address.protocol === 'https:' && isPaypals && address.port === '') return 'paypal';
    if (sandbox && baseUrl && address.origin === new URL(baseUrl).origin) return 'sandbox';
  }
  throw rejected('the certificate is on a foreign host');
}

/** Checks name and chain. @throws AppError REJECTED unless a known authority vouches for PayPal's name. */
export function requirePaypalsOwn(
  leaf: X509Certificate,
  chain: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): void {
  const name = /^CN=(.+)$/m.exec(leaf.subject)?.[1] ?? '';
  if (!NAME.test(name)) throw rejected(`the certificate is ${name}'s`);
  let current = leaf;
  // Each certificate once: a chain that is no chain ends here.
  for (let step = 0; step <= chain.length; step += 1) {
    const issued = (issuer: X509Certificate): boolean =>
      current.checkIssued(issuer) && issuer.ca && current.verify(issuer.publicKey);
    if (roots.some(issued)) return;
    const issuer = chain.find((candidate) => candidate !== current && issued(candidate));
    if (!issuer) break;
    current = issuer;
  }
  throw rejected('no known authority vouches for the certificate');
}

let authorities: readonly X509Certificate[] | undefined;
/** Those that Node trusts; read when first needed. */
function knownAuthorities(): readonly X509Certificate[] {
  authorities ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return authorities;
}

async function fetchChain(url: string): Promise<readonly X509Certificate[]> {
  let pem: string;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    pem = await textOf(response);
  } catch (thrown) {
    throw new AppError('UNAVAILABLE', 'PayPal’s certificate cannot be fetched', { cause: thrown });
  }
  try {
    return (pem.match(PEM) ?? []).map((one) => new X509Certificate(one));
  } catch (thrown) {
    throw rejected('what is at its address is no certificate', thrown);
  }
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > BYTES_MAX) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function keep(url: string, chain: readonly X509Certificate[]): void {
  const oldest = cache.keys().next().value;
  if (!cache.has(url) && cache.size >= CACHE_MAX && oldest !== undefined) cache.delete(oldest);
  cache.set(url, chain);
}

function rejected(reason: string, cause?: unknown): AppError {
  return new AppError('REJECTED', `PayPal callback refused: ${reason}`, { cause });
}
