import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { MINUTE_MS } from './clock.ts';
import type { Mode } from './mode.ts';

/** `lastUsedAt` is kept to this grain: writing it at every request would cost more than it tells. */
export const LAST_USED_GRAIN_MS = 5 * MINUTE_MS;

/** A partner's key. The key itself was shown once; its hash stays. */
@Entity({ tableName: 'api_keys' })
export class ApiKey {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) name!: string;
  @Property({ type: 'json' }) scopes!: readonly string[];
  @Property({ type: 'text' }) mode!: Mode;
  @Property({ type: 'text', hidden: true }) secretHash!: string;
  @Property({ type: 'text' }) lastFour!: string;
  @Property({ type: 'datetime' }) createdAt!: Date;
  @Property({ type: 'datetime', nullable: true }) expiresAt!: Date | null;
  @Property({ type: 'datetime', nullable: true }) revokedAt!: Date | null;
  @Property({ type: 'datetime', nullable: true }) lastUsedAt!: Date | null;
}

export function isUsable(key: Pick<ApiKey, 'expiresAt' | 'revokedAt'>, now: Date): boolean {
  return !key.revokedAt && (!key.expiresAt || key.expiresAt > now);
}
