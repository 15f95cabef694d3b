import type { EventTx } from '@switchboard/messaging';
import { ToolExecutionFinishedSchema, ToolExecutionStartedSchema } from '@switchboard/proto-schemas';
import type { ToolExecution } from '../domain/tool-execution.ts';

/** Every fact that audit states itself. It hears of them as of anybody's, which gives each its entry in the trail. */
export const PUBLISHED = [ToolExecutionStartedSchema, ToolExecutionFinishedSchema];

/** @param inputHash SHA-256 of the encrypted input. */
export function recordToolExecutionStarted(
  { record }: EventTx,
  { id: executionId, agentId, tool, sandbox }: ToolExecution,
  inputHash: string,
): void {
  record(ToolExecutionStartedSchema, {
    executionId,
    agentId: agentId ?? '',
    tool,
    inputHash,
    ...inTestMode(sandbox),
  });
}

/** @param resultHash SHA-256 of the encrypted result; empty without one. */
export function recordToolExecutionFinished(
  { record }: EventTx,
  { id: executionId, agentId, tool, sandbox, status, durationMs }: ToolExecution,
  resultHash: string,
): void {
  record(ToolExecutionFinishedSchema, {
    executionId,
    agentId: agentId ?? '',
    tool,
    succeeded: status === 'SUCCESS',
    durationMs: durationMs ?? 0,
    resultHash,
    ...inTestMode(sandbox),
  });
}

/** Test callers see what says so; of a live call there is nothing to say. */
function inTestMode(sandbox: boolean): { readonly sandbox?: true } {
  return sandbox ? { sandbox } : {};
}
