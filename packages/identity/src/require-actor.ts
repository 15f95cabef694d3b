import { AppError } from '@switchboard/errors';
import type { Actor, WorkspaceActor } from './actor.ts';

/** @throws AppError UNAUTHENTICATED when nobody is signed in. */
export function requireWorkspaceActor(actor: Actor): WorkspaceActor {
  if (actor.kind === 'anonymous') {
    throw new AppError('UNAUTHENTICATED', 'Anonymous caller', { publicMessage: 'Sign in first.' });
  }
  return actor;
}

/** @throws AppError FORBIDDEN when the caller lacks the scope; callers may know their own scopes. */
export function requireScope(actor: WorkspaceActor, scope: string): void {
  if (!actor.scopes.includes(scope)) {
    throw new AppError('FORBIDDEN', `Missing scope ${scope}`, {
      publicMessage: `This needs the scope ${scope}.`,
    });
  }
}

/** The user behind the request. @throws AppError FORBIDDEN when an API key or agent acts without one. */
export function requireUserId(actor: WorkspaceActor): string {
  if (!actor.userId) {
    throw new AppError('FORBIDDEN', 'No user behind this request', {
      publicMessage: 'This needs a signed-in user, not an API key.',
    });
  }
  return actor.userId;
}
