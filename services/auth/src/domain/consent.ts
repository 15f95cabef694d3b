import { randomBytes } from 'node:crypto';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { MINUTE_MS } from './clock.ts';
import type { ConsentVendor } from './consent-vendors.ts';
import { sha256 } from './digest.ts';
import type { SigningKeys } from './signing-keys.ts';

/** A person has this long at the vendor's page. */
export const CONSENT_LIFETIME_MS = 10 * MINUTE_MS;

/** A consent that is under way at a vendor: made when the person is sent there, used up when they come back. */
@Entity({ tableName: 'consents' })
export class Consent {
  @PrimaryKey({ type: 'text' }) id!: string;
  /** SHA-256 of the state; the state itself is known to the browser only. */
  @Property({ type: 'text' }) stateHash!: string;
  /** Of the verifier (RFC 7636); the verifier is derived from the state and is nowhere. */
  @Property({ type: 'text' }) challenge!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  /** Who may finish it: the session or the API key that began it. */
  @Property({ type: 'text' }) boundTo!: string;
  /** Whose the connection will be; null for the whole workspace's. */
  @Property({ type: 'text', nullable: true }) userId!: string | null;
  /** Whether the connection will be the whole installation's; `workspaceId` then says where it was begun. */
  @Property({ type: 'boolean' }) forPlatform!: boolean;
  /** The connection that is renewed or widened; null for a new one. */
  @Property({ type: 'text', nullable: true }) connectionId!: string | null;
  @Property({ type: 'text' }) vendor!: ConsentVendor;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'boolean' }) testOnly!: boolean;
  /** What was asked for. */
  @Property({ type: 'json' }) scopes!: readonly string[];
  @Property({ type: 'text' }) returnUrl!: string;
  @Property({ type: 'datetime' }) createdAt!: Date;
  @Property({ type: 'datetime' }) expiresAt!: Date;
  @Property({ type: 'datetime', nullable: true }) usedAt!: Date | null;
}

/** 256 random bits that tie the vendor's answer to the consent (RFC 9700, 4.7). */
export function newState(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a state. */
export function hashState(state: string): string {
  return sha256(state);
}

/** The verifier that belongs to a state, under the current key. */
export function verifierFor(keys: SigningKeys, state: string): string {
  return keys.sign(`consent/${state}`);
}

/** The verifier whose challenge was shown to the vendor, also when the keys changed since. */
export function verifierOf(keys: SigningKeys, state: string, challenge: string): string | undefined {
  return keys.signatures(`consent/${state}`).find((verifier) => challengeOf(verifier) === challenge);
}

/** S256: SHA-256 as base64url (RFC 7636, 4.2). */
export function challengeOf(verifier: string): string {
  return sha256(verifier);
}

export function isUnderWay(consent: Pick<Consent, 'expiresAt' | 'usedAt'>, now: Date): boolean {
  return consent.usedAt === null && consent.expiresAt > now;
}
