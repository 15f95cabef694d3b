import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import {
  EmailVerifiedSchema,
  MembershipCreatedSchema,
  Role as RoleMessage,
  UserSignedUpSchema,
  WorkspaceCreatedSchema,
} from '@switchboard/proto-schemas';
import type { LinkTokens } from '../../domain/link-token.ts';
import { Membership } from '../../domain/membership.ts';
import { refusal } from '../../domain/refusal.ts';
import type { Session } from '../../domain/session.ts';
import { User } from '../../domain/user.ts';
import { Workspace } from '../../domain/workspace.ts';
import { openSession } from '../sessions/grant-session.ts';
import { requestChallenge } from './request-challenge.ts';

/** Somebody who makes an account. */
export interface Newcomer {
  /** In its normal form. */
  readonly email: string;
  /** Whether it is known to be theirs; a link is sent otherwise. */
  readonly isEmailVerified: boolean;
  readonly name: string;
  /** Null for an account without a password. */
  readonly passwordHash: string | null;
  readonly workspaceName: string;
  readonly referralCode: string | null;
}

/**
 * Makes an account with a workspace of its own and a first session, in the caller's transaction.
 * @throws UniqueConstraintViolationException when the address has an account.
 */
export async function openAccount(
  tx: EventTx,
  linkTokens: LinkTokens,
  newcomer: Newcomer,
  createdAt: Date,
): Promise<{ user: User; workspace: Workspace; session: Session }> {
  const { em, record } = tx;
  const { email, name, passwordHash, referralCode, isEmailVerified } = newcomer;
  const user = em.create(User, {
    id: newId('usr'),
    email,
    name,
    passwordHash,
    emailVerifiedAt: isEmailVerified ? createdAt : null,
    referralCode,
    createdAt,
  });
  // The rows below refer to it.
  await em.flush();
  const workspace = await openWorkspace(tx, user.id, newcomer.workspaceName, createdAt);
  const [userId, workspaceId] = [user.id, workspace.id];
  const options = { workspaceId };
  record(UserSignedUpSchema, { userId, workspaceId }, options);
  if (isEmailVerified) record(EmailVerifiedSchema, { userId }, options);
  else requestChallenge(tx, linkTokens, 'EMAIL_VERIFICATION', { userId, workspaceId }, createdAt);
  return { user, workspace, session: openSession(tx, userId, workspaceId, createdAt) };
}

/** Makes a workspace and its owner, in the caller's transaction. */
export async function openWorkspace(
  { em, record }: EventTx,
  userId: string,
  name: string,
  createdAt: Date,
): Promise<Workspace> {
  const workspace = em.create(Workspace, {
    id: newId('wsp'),
    name,
    createdAt,
    suspendedAt: null,
    suspendedReason: null,
  });
  await em.flush();
  const workspaceId = workspace.id;
  const options = { workspaceId };
  record(WorkspaceCreatedSchema, { workspaceId, ownerUserId: userId }, options);
  const membership = em.create(Membership, {
    id: newId('mbr'),
    workspaceId,
    userId,
    role: 'OWNER',
    createdAt,
  });
  record(MembershipCreatedSchema, { membershipId: membership.id, userId, role: RoleMessage.OWNER }, options);
  return workspace;
}

/** The one thing a sign-up must say about others. */
export function emailTaken(): ReturnType<typeof refusal> {
  return refusal('EMAIL_TAKEN', 'This address already has an account. Sign in instead.', 'input.email');
}
