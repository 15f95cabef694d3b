import type { Actor } from '@switchboard/identity';
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
}
