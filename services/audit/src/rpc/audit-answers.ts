import { AppError } from '@switchboard/errors';
import type { RpcImplementation } from '@switchboard/messaging';
import { type AuditService, Mode } from '@switchboard/proto-schemas';
import type { BeginToolExecution } from '../use-cases/begin-tool-execution.ts';
import type { FinishToolExecution } from '../use-cases/finish-tool-execution.ts';

/** What audit answers to the gateway. Every other asker is refused: it could write history. */
export function auditAnswers(
  begin: BeginToolExecution,
  finish: FinishToolExecution,
): RpcImplementation<typeof AuditService> {
  return {
    async beginToolExecution({ workspaceId, mode, agentId, userId, apiKeyId, ...call }, { asker }) {
      requireGateway(asker);
      await begin.execute({
        ...call,
        // Anything but an explicit live call gets the harmless mode.
        scope: { workspaceId, mode: mode === Mode.LIVE ? 'live' : 'test' },
        agentId: agentId || null,
        userId: userId || null,
        apiKeyId: apiKeyId || null,
      });
      return {};
    },
    async finishToolExecution({ errorMessage, ...end }, { asker }) {
      requireGateway(asker);
      await finish.execute({ ...end, errorMessage: errorMessage || null });
      return {};
    },
  };
}

function requireGateway(asker: string): void {
  if (asker !== 'gateway') throw new AppError('FORBIDDEN', `${asker} calls no tools`);
}
