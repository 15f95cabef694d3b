import { createHash } from 'node:crypto';

/** What stands before the first entry of a chain. */
export const GENESIS = '0'.repeat(64);

/** The fields of an entry that its hash covers, besides its place in the chain. */
export interface EntryContent {
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  readonly service: string;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  readonly actorKind: string;
  readonly actorUserId: string | null;
  readonly actorApiKeyId: string | null;
  readonly actorAgentId: string | null;
  readonly operation: string | null;
  readonly correlationId: string;
  readonly causationId: string;
  readonly subjects: readonly string[];
  readonly data: string;
  readonly payloadHash: string;
  readonly sandbox: boolean | null;
}

/** Where an entry stands. */
export interface EntryPlace {
  readonly workspaceId: string;
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Hash of the entry before; `GENESIS` for the first. */
  readonly previousHash: string;
}

/**
 * SHA-256, in lower-case hex, of an entry's content: of the UTF-8 bytes of a JSON array (as `JSON.stringify` writes
 * it) that begins with `"audit-entry-1"` and holds the fields of `EntryContent` in the order they are declared.
 * Times are `toISOString()`, absent values `null`, `subjects` an array, `data` the payload's JSON as a string. An
 * array, because its writing is unambiguous: neither a field's order nor a separator can be chosen by its content.
 */
export function contentHash(entry: EntryContent): string {
  return sha256(
    JSON.stringify([
      'audit-entry-1',
      entry.id,
      entry.eventId,
      entry.type,
      entry.service,
      entry.occurredAt.toISOString(),
      entry.recordedAt.toISOString(),
      entry.actorKind,
      entry.actorUserId,
      entry.actorApiKeyId,
      entry.actorAgentId,
      entry.operation,
      entry.correlationId,
      entry.causationId,
      entry.subjects,
      entry.data,
      entry.payloadHash,
      entry.sandbox,
    ]),
  );
}

/** SHA-256, in lower-case hex, of the JSON array `[workspaceId, sequence, previousHash, contentHash]`. */
export function entryHash({ workspaceId, sequence, previousHash }: EntryPlace, content: string): string {
  return sha256(JSON.stringify([workspaceId, sequence, previousHash, content]));
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
