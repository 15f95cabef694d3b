import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { AddressList } from './address-list.ts';
import { MINUTE_MS } from './clock.ts';
import { sameText } from './digest.ts';
import type { Mode } from './mode.ts';

/** `lastUsedAt` is kept to this grain: writing it at every request would cost more than it tells. */
export const LAST_USED_GRAIN_MS = 5 * MINUTE_MS;

/** A partner's or an agent's key. The key itself was shown once; its hash stays. */
@Entity({ tableName: 'api_keys' })
export class ApiKey {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) name!: string;
  @Property({ type: 'json' }) scopes!: readonly string[];
  /** The agent that acts by it; null for a partner's key. */
  @Property({ type: 'text', nullable: true }) agentId!: string | null;
  @Property({ type: 'text' }) mode!: Mode;
  @Property({ type: 'text', hidden: true }) secretHash!: string;
  @Property({ type: 'text' }) lastFour!: string;
  /** The secret before, which works until `previousUntil`; both null while there is none. */
  @Property({ type: 'text', nullable: true, hidden: true }) previousSecretHash!: string | null;
  @Property({ type: 'datetime', nullable: true }) previousUntil!: Date | null;
  /** Empty: it may be used from anywhere. */
  @Property({ type: 'json' }) allowedAddresses!: AddressList;
  /** The gateway refuses it any other operation than those of the installation's list. */
  @Property({ type: 'boolean' }) registeredOperationsOnly!: boolean;
  @Property({ type: 'datetime' }) createdAt!: Date;
  @Property({ type: 'datetime', nullable: true }) expiresAt!: Date | null;
  @Property({ type: 'datetime', nullable: true }) revokedAt!: Date | null;
  @Property({ type: 'datetime', nullable: true }) lastUsedAt!: Date | null;
}

/** Whether a hash is that of the key's secret, or of the one before while partners change over. */
export function isSecretHash(
  key: Pick<ApiKey, 'secretHash' | 'previousSecretHash' | 'previousUntil'>,
  hash: string,
  now: Date,
): boolean {
  if (sameText(hash, key.secretHash)) return true;
  const isOver = key.previousUntil === null || key.previousUntil <= now;
  return !isOver && key.previousSecretHash !== null && sameText(hash, key.previousSecretHash);
}

export function isUsable(key: Pick<ApiKey, 'expiresAt' | 'revokedAt'>, now: Date): boolean {
  return !key.revokedAt && (!key.expiresAt || key.expiresAt > now);
}
