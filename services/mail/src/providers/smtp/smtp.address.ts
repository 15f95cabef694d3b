import { type Credential, reveal } from '@switchboard/providers';
import { publicAddressOf, type Resolve, resolveAll, serverNotAllowed } from '../public-address.ts';

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
  if (!PORTS.has(port)) throw serverNotAllowed(`port ${port}`);
  const host = await publicAddressOf(servername, resolve);
  return { host, port, servername, secure, requireTls: !secure };
}
