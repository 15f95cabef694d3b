import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';

const KEYS = 'Agents cannot make or rotate API keys, nor change agents.';

/**
 * An agent with another's key, with a key of nobody's, or with an account could act without being named.
 * @param publicMessage what agents cannot do.
 * @throws AppError FORBIDDEN.
 */
export function refuseAgents(actor: WorkspaceActor, publicMessage = KEYS): void {
  if (actor.agentId === undefined) return;
  throw new AppError('FORBIDDEN', `${actor.agentId} reached for ways to act unnamed`, { publicMessage });
}
