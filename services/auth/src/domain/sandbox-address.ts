import type { Secrets, Vendor } from './vendors.ts';

/** Where the installation's vendor sandbox answers. */
export interface SandboxAddress {
  /** Base URL without a slash at the end; each vendor has a path below it. */
  readonly url: string;
  /** Port of its SMTP server, on the same host. */
  readonly smtpPort: number;
  /** Port of its IMAP server, on the same host. */
  readonly imapPort: number;
}

/** Where a connection leads, and what of its secrets follows from that. */
export interface Destination {
  /** Empty for the vendor's own address. */
  readonly baseUrl: string;
  readonly secrets: Secrets;
}

/** The names that a sandbox connection need not give, because the installation knows them. */
export function givenBySandbox(vendor: Vendor): readonly string[] {
  return vendor === 'SMTP' ? ['host', 'port'] : [];
}

/** The destination of a sandbox connection. Its host is the sandbox's, whatever was saved with it. */
export function sandboxDestination(vendor: Vendor, secrets: Secrets, sandbox: SandboxAddress): Destination {
  if (vendor !== 'SMTP') return { baseUrl: `${sandbox.url}/${vendor.toLowerCase()}`, secrets };
  const { hostname } = new URL(sandbox.url);
  const port = String(sandbox.smtpPort);
  // Naming a mailbox to read is what has it read; where it is follows from the sandbox.
  const mailbox = secrets.imapHost ? { imapHost: hostname, imapPort: String(sandbox.imapPort) } : {};
  return {
    baseUrl: `smtp://${hostname}:${port}`,
    secrets: { ...secrets, host: hostname, port, ...mailbox },
  };
}

/** The destination of a real connection: the vendor's own address, except for mail servers, which each have one. */
export function liveDestination(vendor: Vendor, secrets: Secrets): Destination {
  // A compatible service stands in for the vendor where one was named.
  if (vendor !== 'SMTP') return { baseUrl: secrets.baseUrl ?? '', secrets };
  const scheme = secrets.port === '465' ? 'smtps' : 'smtp';
  return { baseUrl: `${scheme}://${secrets.host}:${secrets.port}`, secrets };
}
