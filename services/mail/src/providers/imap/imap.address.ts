import type { Credential } from '@switchboard/providers';
import { publicAddressOf, type Resolve, resolveAll, serverNotAllowed } from '../public-address.ts';

/** Where to connect, and how. */
export interface ImapTarget {
  /** An address, so that nobody resolves the name a second time. */
  readonly host: string;
  readonly port: number;
  /** The name the certificate must be for. */
  readonly servername: string;
  /** TLS from the first byte. */
  readonly secure: boolean;
  /** Whether TLS must begin by STARTTLS; only the sandbox is spoken to without. */
  readonly startTls: boolean;
}

const TLS_PORT = 993;
const STARTTLS_PORT = 143;

/** Whether a connection names a mailbox to read. */
export function namesMailbox({ secrets }: Pick<Credential, 'secrets'>): boolean {
  return (secrets.imapHost?.reveal() ?? '') !== '';
}

/**
 * Finds the server of a connection's mailbox: 993 with TLS, 143 with STARTTLS. The host is resolved once and must be
 * public, except for the sandbox's, which auth fills in.
 * @throws AppError REJECTED for a place mail may not come from, UNAVAILABLE when the name does not resolve now.
 */
export async function imapTarget(credential: Credential, resolve: Resolve = resolveAll): Promise<ImapTarget> {
  const servername = credential.secrets.imapHost?.reveal() ?? '';
  const port = Number(credential.secrets.imapPort?.reveal() || TLS_PORT);
  if (credential.sandbox) return { host: servername, port, servername, secure: false, startTls: false };
  if (servername === '') throw serverNotAllowed('none is named');
  if (port !== TLS_PORT && port !== STARTTLS_PORT) throw serverNotAllowed(`port ${port}`);
  const secure = port === TLS_PORT;
  return { host: await publicAddressOf(servername, resolve), port, servername, secure, startTls: !secure };
}
