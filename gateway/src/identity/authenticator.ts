import type { Actor, WorkspaceActor } from '@switchboard/identity';
import { type ApiKeys, isApiKey } from './api-keys.ts';
import type { SessionVerifier } from './sessions.ts';
import { unauthenticated } from './unauthenticated.ts';

const CREDENTIAL_LENGTH_MAX = 4_096;

/** Establishes who stands behind a request. */
export class Authenticator {
  constructor(
    private readonly sessions: SessionVerifier,
    private readonly apiKeys: ApiKeys,
  ) {}

  /**
   * @param authorization the header as received.
   * @returns the anonymous actor when there is none. @throws AppError UNAUTHENTICATED when it is not valid:
   * falling back to anonymous would hide the mistake; UNAVAILABLE when nobody can tell.
   */
  async establish(authorization: string | undefined, clientIp: string): Promise<Actor> {
    if (authorization === undefined) return { kind: 'anonymous' };
    const [, credential] = /^Bearer +([^\s]+)$/i.exec(authorization) ?? [];
    if (!credential || credential.length > CREDENTIAL_LENGTH_MAX)
      throw unauthenticated('no bearer credential');
    return isApiKey(credential)
      ? this.apiKeys.verify(credential, clientIp)
      : this.sessions.verify(credential);
  }

  /**
   * Asks again, for somebody who stays connected. A session's token was verified and ends by its own time, so only its
   * session is looked at.
   * @returns the actor as of now. @throws as `establish`.
   */
  async establishAgain(actor: WorkspaceActor, authorization: string, clientIp: string): Promise<Actor> {
    if (actor.sessionId === undefined) return this.establish(authorization, clientIp);
    await this.sessions.requireOpen(actor.sessionId);
    return actor;
  }
}
