import type { Secret } from '@switchboard/observability';

/** A vendor's credential as auth lent it. Never stored, never logged. */
export interface Credential {
  readonly connectionId: string;
  readonly owner: 'PLATFORM' | 'WORKSPACE' | 'USER';
  /** Absent for a platform connection. */
  readonly workspaceId: string | undefined;
  readonly userId: string | undefined;
  /** Whether the other side is the sandbox; stored on whatever is made through it. */
  readonly sandbox: boolean;
  /** Where the vendor answers: the sandbox's address, or empty for the vendor's own. */
  readonly baseUrl: string | undefined;
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** What every call to a vendor must carry; the types leave no way to forget one. */
export interface ProviderCall {
  readonly credential: Credential;
  /** Same key, same effect: a retry must never act twice. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

/**
 * What a connection's callbacks may be signed with: the secret, and while it is being replaced the one before it, which
 * is lent as `previous<Name>`.
 */
export function callbackSecrets(credential: Credential, name: string): readonly string[] {
  const previous = credential.secrets[`previous${name.charAt(0).toUpperCase()}${name.slice(1)}`];
  return [reveal(credential, name), ...(previous ? [previous.reveal()] : [])];
}

/** One secret's value. @throws Error when auth lent a credential without it: the two disagree on a vendor's shape. */
export function reveal(credential: Credential, name: string): string {
  const secret = credential.secrets[name];
  if (!secret) throw new Error(`credential ${credential.connectionId} has no "${name}"`);
  return secret.reveal();
}
