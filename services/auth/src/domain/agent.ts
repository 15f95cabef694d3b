import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** An automation that acts for a workspace by keys of its own, and by whose id its acts are told from people's. */
@Entity({ tableName: 'agents' })
export class Agent {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) name!: string;
  /** The most that any of its keys may do, whatever the key itself says. */
  @Property({ type: 'json' }) scopes!: readonly string[];
  @Property({ type: 'datetime' }) createdAt!: Date;
  /** It stays for the audit trail's sake. */
  @Property({ type: 'datetime', nullable: true }) endedAt!: Date | null;
}
