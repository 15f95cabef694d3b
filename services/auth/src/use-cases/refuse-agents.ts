import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';

/** An agent with another's key, or a key of nobody's, could act without being named. @throws AppError FORBIDDEN. */
export function refuseAgents(actor: WorkspaceActor): void {
  if (actor.agentId === undefined) return;
  throw new AppError('FORBIDDEN', `${actor.agentId} reached for keys`, {
    publicMessage: 'Agents cannot make or rotate API keys, nor change agents.',
  });
}
