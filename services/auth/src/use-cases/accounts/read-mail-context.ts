import { AppError, notFound } from '@switchboard/errors';
import { Secret } from '@switchboard/observability';
import { type Database, SYSTEM, type Tx } from '@switchboard/storage';
import { Challenge, type ChallengeKind, isOpen } from '../../domain/challenge.ts';
import type { Clock } from '../../domain/clock.ts';
import { DataRequest, isFetchable } from '../../domain/data-request.ts';
import { Invitation, invitationStatus, invitationUrl } from '../../domain/invitation.ts';
import type { LinkTokens } from '../../domain/link-token.ts';
import type { Role } from '../../domain/role.ts';
import { User } from '../../domain/user.ts';
import { Workspace } from '../../domain/workspace.ts';

type Em = Tx['em'];

/** What a mail with a link needs. */
export interface MailContext {
  /** Key of the built-in template. */
  readonly template: 'invitation' | 'verification' | 'password-reset' | 'erasure-scheduled' | 'copy-ready';
  readonly recipientAddress: string;
  /** May be empty. */
  readonly recipientName: string;
  readonly workspaceId: string;
  /** Empty for a request that is about a person. */
  readonly workspaceName: string;
  /** Empty unless an invitation by a user. */
  readonly inviterName: string;
  readonly role: Role | undefined;
  readonly link: Secret;
  readonly expiresAt: Date;
}

/** What is stored of a link. */
interface StoredToken {
  readonly id: string;
  readonly tokenHash: string;
  /** The first when absent. */
  readonly tokenGeneration?: number;
}

const MAILS = {
  EMAIL_VERIFICATION: { template: 'verification', path: 'verify-email' },
  PASSWORD_RESET: { template: 'password-reset', path: 'reset-password' },
} as const satisfies Record<ChallengeKind, object>;

/** Gives mail the address, the names and the link of one challenge, at the moment it sends. */
export class ReadMailContext {
  constructor(
    private readonly database: Database,
    private readonly linkTokens: LinkTokens,
    /** Base of the links, without a slash at the end. */
    private readonly frontendUrl: string,
    private readonly now: Clock,
  ) {}

  /** @throws AppError NOT_FOUND once the challenge is used, revoked or expired: no mail is due any more. */
  ofChallenge(kind: ChallengeKind, challengeId: string): Promise<MailContext> {
    return this.database.read(SYSTEM, async (em) => {
      const challenge = await em.findOne(Challenge, { id: challengeId, kind });
      if (!challenge || !isOpen(challenge, this.now())) throw notFound('Challenge');
      const user = await em.findOne(User, { id: challenge.userId });
      if (!user) throw notFound('User');
      return {
        template: MAILS[kind].template,
        recipientAddress: user.email,
        recipientName: user.name,
        workspaceId: challenge.workspaceId,
        workspaceName: await workspaceName(em, challenge.workspaceId),
        inviterName: '',
        role: undefined,
        link: new Secret(`${this.frontendUrl}/${MAILS[kind].path}/${this.#token(challenge)}`),
        expiresAt: challenge.expiresAt,
      };
    });
  }

  /** @throws AppError NOT_FOUND */
  ofInvitation(invitationId: string): Promise<MailContext> {
    return this.database.read(SYSTEM, async (em) => {
      const invitation = await em.findOne(Invitation, { id: invitationId });
      if (!invitation || invitationStatus(invitation, this.now()) !== 'PENDING') throw notFound('Invitation');
      const { workspaceId, invitedByUserId } = invitation;
      const inviter = invitedByUserId && (await em.findOne(User, { id: invitedByUserId }));
      return {
        template: 'invitation',
        recipientAddress: invitation.email,
        recipientName: invitation.firstName ?? '',
        workspaceId,
        workspaceName: await workspaceName(em, workspaceId),
        inviterName: inviter ? inviter.name : '',
        role: invitation.role,
        link: new Secret(invitationUrl(this.frontendUrl, this.#token(invitation))),
        expiresAt: invitation.expiresAt,
      };
    });
  }

  /**
   * Of who asked for a copy, or for an erasure. The link holds no token: the request is shown to who is signed in.
   * @throws AppError NOT_FOUND once there is nothing to take back, or to fetch.
   */
  ofDataRequest(requestId: string): Promise<MailContext> {
    return this.database.read(SYSTEM, async (em) => {
      const request = await em.findOne(DataRequest, { id: requestId });
      const user = request && (await em.findOne(User, { id: request.requestedByUserId }));
      if (!request || !user) throw notFound('DataRequest');
      const isScheduled = request.state === 'SCHEDULED';
      if (!isScheduled && !isFetchable(request, this.now())) throw notFound('DataRequest');
      const { workspaceId, scope, dueAt, expiresAt } = request;
      return {
        template: isScheduled ? 'erasure-scheduled' : 'copy-ready',
        recipientAddress: user.email,
        recipientName: user.name,
        workspaceId,
        workspaceName: scope === 'WORKSPACE' ? await workspaceName(em, workspaceId) : '',
        inviterName: '',
        role: undefined,
        link: new Secret(`${this.frontendUrl}/data-requests/${requestId}`),
        expiresAt: expiresAt ?? dueAt,
      };
    });
  }

  #token({ id, tokenHash, tokenGeneration }: StoredToken): string {
    const token = this.linkTokens.tokenFor(id, tokenHash, tokenGeneration);
    if (token === undefined) throw new AppError('NOT_FOUND', `the key of link ${id} is gone`);
    return token;
  }
}

async function workspaceName(em: Em, workspaceId: string): Promise<string> {
  const workspace = await em.findOne(Workspace, { id: workspaceId });
  return workspace?.name ?? '';
}
