import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

export type SuppressionReason = 'HARD_BOUNCE' | 'COMPLAINT' | 'UNSUBSCRIBED';

/** An address that a workspace must not write to any more. What the sandbox bounces counts in the sandbox only. */
@Entity({ tableName: 'suppressions' })
export class Suppression {
  declare readonly [OptionalProps]?: 'createdAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  /** In lower case. */
  @Property({ type: 'text' }) addressKey!: string;
  @Property({ type: 'text' }) reason!: SuppressionReason;
  /** The mail it became known by. */
  @Property({ type: 'text' }) messageId!: string;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
}
