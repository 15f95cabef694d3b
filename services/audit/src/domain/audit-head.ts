import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** Where a workspace's chain ends. Locked by whoever appends. */
@Entity({ tableName: 'audit_heads' })
export class AuditHead {
  @PrimaryKey({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'bigint' }) sequence!: bigint;
  @Property({ type: 'text' }) hash!: string;
  @Property({ type: 'text' }) signature!: string;
}
