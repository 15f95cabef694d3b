import { randomBytes } from 'node:crypto';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { MINUTE_MS } from './clock.ts';
import { sha256 } from './digest.ts';

/** What a user shows besides the password, once it was confirmed. */
export const SECOND_FACTORS = ['TOTP', 'SMS'] as const;
export type SecondFactorKind = (typeof SECOND_FACTORS)[number];

/** The ways to answer a challenge. */
export const FACTOR_METHODS = ['TOTP', 'SMS', 'RECOVERY_CODE'] as const;
export type FactorMethod = (typeof FACTOR_METHODS)[number];

/** A second factor of a user, confirmed or being set up. */
@Entity({ tableName: 'second_factors' })
export class SecondFactor {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) userId!: string;
  @Property({ type: 'text' }) kind!: SecondFactorKind;
  /** Ciphertext of the secret, or of the phone number, under a data key of the user's own. */
  @Property({ type: 'text', hidden: true }) sealed!: string;
  @Property({ type: 'datetime', nullable: true }) confirmedAt!: Date | null;
  /** Number of the 30 seconds whose code was last accepted: it and those before are refused (RFC 6238, 5.2). */
  @Property({ type: 'integer' }) lastTimeStep!: number;
  @Property({ type: 'datetime' }) createdAt!: Date;
}

/** A code that gets in once, when everything else is lost. */
@Entity({ tableName: 'recovery_codes' })
export class RecoveryCode {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) userId!: string;
  @Property({ type: 'text', hidden: true }) codeHash!: string;
  @Property({ type: 'datetime', nullable: true }) usedAt!: Date | null;
}

/** What a factor is asked for. */
export type FactorPurpose = 'SIGN_IN' | 'SMS_SETUP';

/** A person who has shown the first factor and not yet the second, or who sets one up. */
@Entity({ tableName: 'factor_challenges' })
export class FactorChallenge {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) purpose!: FactorPurpose;
  /** SHA-256 of the token that names it towards the client. */
  @Property({ type: 'text' }) tokenHash!: string;
  @Property({ type: 'text' }) userId!: string;
  /** The workspace to sign in to. */
  @Property({ type: 'text' }) workspaceId!: string;
  /** Counted before each comparison. */
  @Property({ type: 'integer' }) attempts!: number;
  /** Counts the codes that were sent; 0 while none was. Each is another one. */
  @Property({ type: 'integer' }) codesSent!: number;
  @Property({ type: 'datetime' }) createdAt!: Date;
  @Property({ type: 'datetime' }) expiresAt!: Date;
  @Property({ type: 'datetime', nullable: true }) usedAt!: Date | null;
}

export const CHALLENGE_LIFETIME_MS = 10 * MINUTE_MS;
/** Comparisons per challenge. */
export const CHALLENGE_ATTEMPTS_MAX = 5;
export const RECOVERY_CODES = 10;

const ALPHABET = 'abcdefghjkmnpqrstvwxyz0123456789';
const RECOVERY_BYTES = 16;

/** A recovery code: 80 random bits, in groups that can be read aloud. */
export function newRecoveryCode(): string {
  const letters = [...randomBytes(RECOVERY_BYTES)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return letters.match(/.{4}/g)?.join('-') ?? letters;
}

/** What is stored of it; blanks, dashes and case do not count. */
export function hashRecoveryCode(code: string): string {
  return sha256(`recovery/${code.toLowerCase().replace(/[\s-]/g, '')}`);
}

/** Six digits derived from a signature: what is sent is nowhere stored (RFC 4226, 5.3). */
export function sixDigitsOf(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  const offset = (bytes[bytes.length - 1] ?? 0) & 0x0f;
  return String((bytes.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
