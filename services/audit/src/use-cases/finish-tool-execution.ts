import { LockMode } from '@mikro-orm/core';
import { invalidInput, notFound } from '@switchboard/errors';
import type { UnitOfWork } from '@switchboard/messaging';
import { sha256 } from '../domain/entry-hash.ts';
import { ToolExecution, type ToolResult } from '../domain/tool-execution.ts';
import { resultPlace } from '../domain/tool-places.ts';
import { recordToolExecutionFinished } from '../events/published.ts';
import { TEXT_BYTES_MAX } from './begin-tool-execution.ts';
import { type SubjectKeys, sealText } from './seal-for-subject.ts';

/** How a call ended. */
export interface ToolCallEnd extends ToolResult {
  readonly executionId: string;
  readonly workspaceId: string;
  readonly succeeded: boolean;
  readonly outputCut: boolean;
  readonly durationMs: number;
}

/** Records how a call of a tool ended. */
export class FinishToolExecution {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keys: SubjectKeys,
  ) {}

  /**
   * The first end stands; any other changes nothing.
   * @throws AppError NOT_FOUND for an execution that is not the workspace's, INVALID_INPUT for an output that is too long.
   */
  async execute({ executionId, workspaceId, output, errorMessage, ...end }: ToolCallEnd): Promise<void> {
    if (Buffer.byteLength(output) > TEXT_BYTES_MAX) throw invalidInput('The output is too long.');
    await this.unitOfWork.run({ workspaceId, mode: 'live' }, async (tx) => {
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const execution = await tx.em.findOne(ToolExecution, { id: executionId, workspaceId }, { lockMode });
      if (!execution) throw notFound('Tool execution');
      if (execution.status !== 'PENDING') return;
      const { subjectId } = execution;
      // Whoever was erased meanwhile gets no key again.
      const key = (await this.keys.find(tx.em, workspaceId, [subjectId])).get(subjectId);
      const result = JSON.stringify({ output, errorMessage } satisfies ToolResult);
      execution.resultSealed = key ? sealText(key, resultPlace(execution), result) : null;
      execution.status = end.succeeded ? 'SUCCESS' : 'FAILED';
      execution.outputCut = end.outputCut;
      execution.durationMs = end.durationMs;
      execution.finishedAt = new Date();
      recordToolExecutionFinished(
        tx,
        execution,
        execution.resultSealed ? sha256(execution.resultSealed) : '',
      );
    });
  }
}
