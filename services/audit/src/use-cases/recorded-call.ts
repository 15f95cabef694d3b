import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { ToolExecutionFinishedSchema, ToolExecutionStartedSchema } from '@switchboard/proto-schemas';
import type { AuditEntry } from '../domain/audit-entry.ts';
import { sha256 } from '../domain/entry-hash.ts';
import type { ToolExecution } from '../domain/tool-execution.ts';

/** What an entry says of the row of a call: the chain vouches for the entry, and so the entry for the row. */
export interface RecordedCall {
  readonly executionId: string;
  isKeptIn(row: ToolExecution): boolean;
}

const TOLERANT = { ignoreUnknownFields: true };

/**
 * @param entry one that stands in its chain.
 * @returns undefined for an entry about anything else than a call of a tool, and for one that was kept undecoded.
 */
export function recordedCall(entry: AuditEntry): RecordedCall | undefined {
  const read = READERS.get(entry.type);
  const call = read?.(entry);
  return call?.executionId ? call : undefined;
}

function recordedStart({ data, actorUserId, actorApiKeyId, correlationId }: AuditEntry): RecordedCall {
  const said = fromJson(ToolExecutionStartedSchema, JSON.parse(data) as JsonValue, TOLERANT);
  return {
    executionId: said.executionId,
    isKeptIn: (row) =>
      isSameCall(said, row) &&
      row.userId === actorUserId &&
      row.apiKeyId === actorApiKeyId &&
      row.requestId === correlationId &&
      sha256(row.inputSealed) === said.inputHash,
  };
}

function recordedEnd({ data }: AuditEntry): RecordedCall {
  const said = fromJson(ToolExecutionFinishedSchema, JSON.parse(data) as JsonValue, TOLERANT);
  return {
    executionId: said.executionId,
    isKeptIn: (row) =>
      isSameCall(said, row) &&
      row.status === (said.succeeded ? 'SUCCESS' : 'FAILED') &&
      row.durationMs === said.durationMs &&
      (row.resultSealed ? sha256(row.resultSealed) : '') === said.resultHash,
  };
}

const READERS: ReadonlyMap<string, (entry: AuditEntry) => RecordedCall> = new Map([
  [ToolExecutionStartedSchema.typeName, recordedStart],
  [ToolExecutionFinishedSchema.typeName, recordedEnd],
]);

interface SaidOfCall {
  readonly agentId: string;
  readonly tool: string;
  readonly sandbox?: boolean | undefined;
}

function isSameCall({ agentId, tool, sandbox = false }: SaidOfCall, row: ToolExecution): boolean {
  return (row.agentId ?? '') === agentId && row.tool === tool && row.sandbox === sandbox;
}
