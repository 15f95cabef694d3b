import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import { Secret } from '@switchboard/observability';
import { SessionCreatedSchema } from '@switchboard/proto-schemas';
import { after } from '../../domain/clock.ts';
import type { RefreshTokens } from '../../domain/refresh-token.ts';
import type { Role } from '../../domain/role.ts';
import { SESSION_IDLE_MS, Session } from '../../domain/session.ts';
import type { AccessTokens } from '../../security/access-tokens.ts';

/** What a client gets for a session. */
export interface SessionGrant {
  readonly accessToken: Secret;
  readonly refreshToken: Secret;
  /** When the access token ends. */
  readonly expiresAt: Date;
}

/**
 * Opens a session in the transaction that decided to let the user in.
 * @param provenAt when the user showed who they are; earlier than now where another session let them in.
 */
export function openSession(
  { em, record }: EventTx,
  userId: string,
  workspaceId: string,
  now: Date,
  provenAt: Date = now,
): Session {
  const session = em.create(Session, {
    id: newId('ses'),
    userId,
    workspaceId,
    generation: 1,
    rotatedAt: now,
    createdAt: now,
    expiresAt: after(now, SESSION_IDLE_MS),
    revokedAt: null,
    strandedAt: null,
    provenAt,
  });
  record(SessionCreatedSchema, { sessionId: session.id, userId }, { workspaceId });
  return session;
}

/** Makes the tokens of an open session. */
export class GrantSession {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
  ) {}

  async execute(
    session: Pick<Session, 'id' | 'userId' | 'workspaceId' | 'generation'>,
    role: Role,
  ): Promise<SessionGrant> {
    const { id: sessionId, userId, workspaceId, generation } = session;
    const { token, expiresAt } = await this.accessTokens.issue({ userId, workspaceId, sessionId, role });
    return {
      accessToken: new Secret(token),
      refreshToken: new Secret(this.refreshTokens.make({ sessionId, generation })),
      expiresAt,
    };
  }
}
