import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { Role } from './role.ts';

/** A user's place in a workspace. */
@Entity({ tableName: 'memberships' })
export class Membership {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) userId!: string;
  @Property({ type: 'text' }) role!: Role;
  @Property({ type: 'datetime' }) createdAt!: Date;
}
