import { invalidInput } from '@switchboard/errors';
import { isId } from '@switchboard/ids';
import type { UnitOfWork } from '@switchboard/messaging';
import type { WorkspaceScope } from '@switchboard/storage';
import { sha256 } from '../domain/entry-hash.ts';
import { subjectOf, ToolExecution } from '../domain/tool-execution.ts';
import { inputPlace } from '../domain/tool-places.ts';
import { recordToolExecutionStarted } from '../events/published.ts';
import { type SubjectKeys, sealText } from './seal-for-subject.ts';

/** Bytes of UTF-8 of an input or an output; the gateway cuts what is longer. */
export const TEXT_BYTES_MAX = 65_536;

/** A call that is about to be made. */
export interface ToolCall {
  readonly executionId: string;
  readonly scope: WorkspaceScope;
  readonly agentId: string | null;
  readonly userId: string | null;
  readonly apiKeyId: string | null;
  readonly tool: string;
  /** Its arguments as JSON. */
  readonly input: string;
  readonly inputCut: boolean;
  readonly requestId: string;
}

/** Records that a tool is about to be called. */
export class BeginToolExecution {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keys: SubjectKeys,
  ) {}

  /**
   * Once it resolves, the row is committed, and its entry will follow in the trail.
   * @throws AppError INVALID_INPUT for a call of nobody, and for one whose input is too long; CONFLICT for an execution
   * that there is already.
   */
  async execute({ executionId, scope, input, ...call }: ToolCall): Promise<void> {
    const subjectId = subjectOf(call);
    if (!isId('tex', executionId) || !subjectId || call.tool === '') {
      throw invalidInput('A call names its execution, its caller and its tool.');
    }
    if (Buffer.byteLength(input) > TEXT_BYTES_MAX) throw invalidInput('The input is too long.');
    await this.unitOfWork.run(scope, async (tx) => {
      const row = { id: executionId, workspaceId: scope.workspaceId };
      const key = await this.keys.make(tx.em, { workspaceId: scope.workspaceId, subjectId });
      const inputSealed = sealText(key, inputPlace(row), input);
      const execution = tx.em.create(ToolExecution, {
        ...row,
        ...call,
        sandbox: scope.mode === 'test',
        subjectId,
        inputSealed,
      });
      recordToolExecutionStarted(tx, execution, sha256(inputSealed));
    });
  }
}
