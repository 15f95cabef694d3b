import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A signed statement that a chain once reached as far as this. */
@Entity({ tableName: 'audit_checkpoints' })
export class AuditCheckpoint {
  @PrimaryKey({ type: 'text' }) workspaceId!: string;
  @PrimaryKey({ type: 'bigint' }) sequence!: bigint;
  @Property({ type: 'text' }) hash!: string;
  @Property({ type: 'text' }) signature!: string;
  @Property({ type: 'datetime' }) signedAt!: Date;
}
