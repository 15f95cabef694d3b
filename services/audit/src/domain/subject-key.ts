import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** The data key of one subject in one workspace. Deleted with the subject, which makes what it encrypted unreadable. */
@Entity({ tableName: 'subject_keys' })
export class SubjectKey {
  @PrimaryKey({ type: 'text' }) workspaceId!: string;
  /** A user, an agent or an API key. */
  @PrimaryKey({ type: 'text' }) subjectId!: string;
  /** Ciphertext of the data key; it names the vault key. */
  @Property({ type: 'text', hidden: true }) wrappedKey!: string;
  @Property({ type: 'datetime' }) createdAt!: Date;
}
