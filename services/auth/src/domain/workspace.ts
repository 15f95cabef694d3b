import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { refusal } from './refusal.ts';

/** A customer's own room: everything else belongs to one. */
@Entity({ tableName: 'workspaces' })
export class Workspace {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) name!: string;
  @Property({ type: 'datetime' }) createdAt!: Date;
  /** While it is set nobody gets in, by session or by API key. */
  @Property({ type: 'datetime', nullable: true }) suspendedAt!: Date | null;
  /** For the platform's administrators; null while it is not suspended. */
  @Property({ type: 'text', nullable: true }) suspendedReason!: string | null;
}

/** What a member is told who would enter a suspended workspace. */
export function workspaceSuspended(path?: string): ReturnType<typeof refusal> {
  return refusal('WORKSPACE_SUSPENDED', 'This workspace is suspended. Ask the support.', path);
}
