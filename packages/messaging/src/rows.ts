import type { EventRecord } from './event.ts';

/** The columns that an outbox row and a dead letter share. */
export interface EventRow {
  readonly seq?: string | number;
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly workspace_id: string;
  readonly occurred_at: string | Date;
  readonly payload: Uint8Array;
  readonly trace: string | EventRecord['trace'];
}

export function toRecord(row: EventRow): EventRecord {
  return {
    id: row.id,
    type: row.type,
    source: row.source,
    workspaceId: row.workspace_id,
    occurredAt: new Date(row.occurred_at),
    bytes: new Uint8Array(row.payload),
    trace: typeof row.trace === 'string' ? (JSON.parse(row.trace) as EventRecord['trace']) : row.trace,
  };
}
