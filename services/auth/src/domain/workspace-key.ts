import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** The data key that a workspace's secrets are encrypted with, itself encrypted by the master key. */
@Entity({ tableName: 'workspace_keys' })
export class WorkspaceKey {
  @PrimaryKey({ type: 'text' }) workspaceId!: string;
  /** Ciphertext of the data key; it begins with the id of the master key. */
  @Property({ type: 'text', hidden: true }) wrappedKey!: string;
  @Property({ type: 'datetime' }) createdAt!: Date;
}
