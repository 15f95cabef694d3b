import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';

/**
 * People and workspaces are never of the sandbox, so a test key must not reach them.
 * @param what the rest of "Test keys cannot …".
 * @throws AppError FORBIDDEN.
 */
export function refuseTestKeys(actor: WorkspaceActor, what: string): void {
  if (actor.mode === 'live') return;
  throw new AppError('FORBIDDEN', `a test key tried to ${what}`, {
    publicMessage: `Test keys cannot ${what}.`,
  });
}
