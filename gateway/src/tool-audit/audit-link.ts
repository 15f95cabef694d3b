import { AppError } from '@switchboard/errors';
import { type Broker, RpcClient } from '@switchboard/messaging';
import { Mode } from '@switchboard/proto-schemas';
import { AuditService } from '@switchboard/proto-schemas/rpc/audit';
import type { ToolAudit, ToolCall, ToolCallEnd } from './tool-audit.ts';

/** Longer than services wait for each other: what cannot be recorded does not run. */
const BEGIN_TIMEOUT_MS = 5_000;

/** The gateway's link to audit over the broker. */
export class AuditLink implements ToolAudit {
  #rpc: RpcClient | undefined;

  /** From now on calls can be recorded. */
  connected(broker: Broker): void {
    this.#rpc = new RpcClient(broker);
  }

  async begin({ executionId, caller, tool, input, requestId }: ToolCall): Promise<void> {
    const request = {
      executionId,
      workspaceId: caller.workspaceId,
      mode: caller.mode === 'live' ? Mode.LIVE : Mode.TEST,
      agentId: caller.agentId ?? '',
      userId: caller.userId ?? '',
      apiKeyId: caller.apiKeyId ?? '',
      tool,
      input: input.text,
      inputCut: input.isCut,
      requestId,
    };
    const { beginToolExecution } = AuditService.method;
    await this.#audit().ask(beginToolExecution, request, { timeoutMs: BEGIN_TIMEOUT_MS });
  }

  async finish({ executionId, workspaceId, succeeded, output, ...end }: ToolCallEnd): Promise<void> {
    await this.#audit().ask(AuditService.method.finishToolExecution, {
      executionId,
      workspaceId,
      succeeded,
      output: output.text,
      outputCut: output.isCut,
      errorMessage: end.errorMessage ?? '',
      durationMs: end.durationMs,
    });
  }

  #audit(): RpcClient {
    if (this.#rpc) return this.#rpc;
    throw new AppError('UNAVAILABLE', 'No link to the broker yet');
  }
}
