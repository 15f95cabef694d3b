import { lookup } from 'node:dns/promises';
import { AppError } from '@switchboard/errors';
import { type Credential, reveal } from '@switchboard/providers';
import ipaddr from 'ipaddr.js';

/** Where to connect, and how. */
export interface SmtpTarget {
  /** An address, so that nobody resolves the name a second time. */
  readonly host: string;
  readonly port: number;
  /** The name the certificate must be for. */
  readonly servername: string;
  /** TLS from the first byte; otherwise by STARTTLS. */
  readonly secure: boolean;
  /** Whether the password may only go over TLS. */
  readonly requireTls: boolean;
}

const PORTS = new Set([25, 465, 587, 2525]);

type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>;
const resolveAll: Resolve = (host) => lookup(host, { all: true });

/**
 * Finds the server of a connection. A host that a customer entered is resolved once and must be public: otherwise
 * it could name a machine inside our own network. What the operator configured may be anywhere.
 * @throws AppError REJECTED for a place mail may not go to, UNAVAILABLE when the name does not resolve now.
 */
export async function smtpTarget(credential: Credential, resolve: Resolve = resolveAll): Promise<SmtpTarget> {
  const url = new URL(
    credential.baseUrl ?? `smtp://${reveal(credential, 'host')}:${reveal(credential, 'port')}`,
  );
  const servername = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'smtps:' || url.port === '465';
  const port = Number(url.port || (secure ? 465 : 587));
  if (credential.sandbox) return { host: servername, port, servername, secure, requireTls: false };
  if (credential.owner === 'PLATFORM')
    return { host: servername, port, servername, secure, requireTls: !secure };
  if (!PORTS.has(port)) throw notAllowed(`port ${port}`);
  const found = await resolve(servername).catch((cause: unknown) => {
    throw new AppError('UNAVAILABLE', `mail server ${servername} does not resolve`, { cause });
  });
  // All of them: a name with a public and a private address is an attempt.
  if (found.length === 0 || !found.every(({ address }) => isPublic(address))) throw notAllowed(servername);
  return { host: found[0]?.address ?? '', port, servername, secure, requireTls: !secure };
}

/** Whether an address is public unicast, also when it is written as IPv4 within IPv6. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

function notAllowed(what: string): AppError {
  return new AppError('REJECTED', `mail server not allowed: ${what}`, {
    publicMessage: 'The mail server could not be used.',
    details: { code: 'MAIL_SERVER_NOT_ALLOWED' },
  });
}
