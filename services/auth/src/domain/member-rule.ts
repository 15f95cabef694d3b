/** Who may change whose place in a workspace. */
import { AppError } from '@switchboard/errors';
import { refusal } from './refusal.ts';
import { mayGrant, type Role } from './role.ts';

/**
 * @param actorRole undefined for an API key, which counts as an administrator.
 * @throws AppError REJECTED (`OWNER_MUST_TRANSFER`), FORBIDDEN.
 */
export function requireMayChange(actorRole: string | undefined, target: Role): void {
  if (target === 'OWNER') {
    throw refusal('OWNER_MUST_TRANSFER', 'The owner stays until the workspace is handed to somebody else.');
  }
  if (!mayGrant(actorRole, target)) throw forbidden(`${actorRole} changed a ${target}`);
}

/** @throws AppError REJECTED (`OWNER_BY_TRANSFER`), FORBIDDEN for a role above the caller's. */
export function requireMayGive(actorRole: string | undefined, role: Role): void {
  if (role === 'OWNER') {
    throw refusal('OWNER_BY_TRANSFER', 'A workspace gets another owner by workspaceTransfer.', 'input.role');
  }
  if (!mayGrant(actorRole, role)) throw forbidden(`${actorRole} gave ${role}`);
}

function forbidden(message: string): AppError {
  return new AppError('FORBIDDEN', message, { publicMessage: 'Only administrators manage members.' });
}
