import { LockMode } from '@mikro-orm/core';
import { notFound } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { EventTx } from '@switchboard/messaging';
import { Invitation } from '../../domain/invitation.ts';
import { refusal } from '../../domain/refusal.ts';

/** An invitation into the caller's workspace, locked: it is accepted or changed, one after the other. @throws AppError NOT_FOUND. */
export async function lockInvitation(
  em: EventTx['em'],
  { workspaceId }: WorkspaceActor,
  invitationId: string,
): Promise<Invitation> {
  const where = { id: invitationId, workspaceId };
  const invitation = await em.findOne(Invitation, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!invitation) throw notFound('Invitation');
  return invitation;
}

/** What a caller is told whose invitation leads nowhere any more. */
export function invitationEnded(): ReturnType<typeof refusal> {
  return refusal(
    'INVITATION_ENDED',
    'The invitation was accepted or revoked, or has expired.',
    'input.invitationId',
  );
}
