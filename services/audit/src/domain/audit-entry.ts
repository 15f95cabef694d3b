import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { contentHash, entryHash } from './entry-hash.ts';

/** One event, as the trail keeps it. Never changed, never removed. */
@Entity({ tableName: 'audit_entries' })
export class AuditEntry {
  declare readonly [OptionalProps]?: 'hash';

  @PrimaryKey({ type: 'text' }) id!: string;
  /** `platform` for what belongs to no workspace. */
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'bigint' }) sequence!: bigint;
  @Property({ type: 'text' }) eventId!: string;
  /** Full name of the event's message. */
  @Property({ type: 'text' }) type!: string;
  @Property({ type: 'text' }) service!: string;
  @Property({ type: 'datetime' }) occurredAt!: Date;
  @Property({ type: 'datetime' }) recordedAt!: Date;
  @Property({ type: 'text' }) actorKind!: string;
  @Property({ type: 'text', nullable: true }) actorUserId!: string | null;
  @Property({ type: 'text', nullable: true }) actorApiKeyId!: string | null;
  @Property({ type: 'text', nullable: true }) actorAgentId!: string | null;
  /** The API operation at the root. */
  @Property({ type: 'text', nullable: true }) operation!: string | null;
  @Property({ type: 'text' }) correlationId!: string;
  @Property({ type: 'text' }) causationId!: string;
  /** Ids the payload names. */
  @Property({ type: 'string[]' }) subjects!: string[];
  /** The payload as JSON. Text, because the hash covers it as it is written. */
  @Property({ type: 'text' }) data!: string;
  /** SHA-256 of the payload as published. */
  @Property({ type: 'text' }) payloadHash!: string;
  /** Whether the fact stayed in the vendor sandbox; null when the event is about nothing of a vendor. */
  @Property({ type: 'boolean', nullable: true }) sandbox!: boolean | null;
  @Property({ type: 'text' }) previousHash!: string;
  @Property({ type: 'text' }) hash = '';
}

/** What the entry's hash should be. */
export function expectedHash(entry: AuditEntry): string {
  const { workspaceId, previousHash } = entry;
  return entryHash({ workspaceId, sequence: Number(entry.sequence), previousHash }, contentHash(entry));
}
