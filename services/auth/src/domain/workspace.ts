import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A customer's own room: everything else belongs to one. */
@Entity({ tableName: 'workspaces' })
export class Workspace {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) name!: string;
  @Property({ type: 'datetime' }) createdAt!: Date;
  /** Set while the operator of the installation keeps everybody out. */
  @Property({ type: 'datetime', nullable: true }) suspendedAt!: Date | null;
}
