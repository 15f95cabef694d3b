import type { Place } from '@switchboard/envelope';
import type { ToolExecution } from './tool-execution.ts';

type Row = Pick<ToolExecution, 'id' | 'workspaceId'>;

/** Where an execution's encrypted input stands. */
export function inputPlace({ id, workspaceId }: Row): Place {
  return { table: 'tool_executions', column: 'input_sealed', rowId: id, workspaceId };
}

/** Where its encrypted result stands. */
export function resultPlace({ id, workspaceId }: Row): Place {
  return { table: 'tool_executions', column: 'result_sealed', rowId: id, workspaceId };
}
