import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';

/**
 * Who may finish a consent: the session that began it, or the API key. A link that was sent to somebody else is worth
 * nothing to either.
 * @throws AppError FORBIDDEN for a caller with neither.
 */
export function holderOf(actor: WorkspaceActor): string {
  if (actor.sessionId) return `session/${actor.sessionId}`;
  if (actor.apiKeyId) return `key/${actor.apiKeyId}`;
  throw new AppError('FORBIDDEN', 'a consent without session or key', { publicMessage: 'Not allowed.' });
}
