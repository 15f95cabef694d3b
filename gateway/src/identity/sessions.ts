import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { OpenSessions } from './open-sessions.ts';
import { unauthenticated } from './unauthenticated.ts';

const ISSUER = 'switchboard-auth';
const AUDIENCE = 'switchboard';
const CLOCK_TOLERANCE_S = 5;

const claims = z.object({
  sub: z.string().startsWith('usr_'),
  ws: z.string().startsWith('wsp_'),
  sid: z.string().startsWith('ses_'),
  role: z.string(),
  scopes: z.array(z.string()),
  mode: z.enum(['live', 'test']),
});

/** Verifies a session's access token. */
export class SessionVerifier {
  constructor(
    private readonly getKey: JWTVerifyGetKey,
    private readonly open: OpenSessions,
  ) {}

  /** @throws AppError UNAUTHENTICATED for anything but a fresh token of an open session. */
  async verify(token: string): Promise<WorkspaceActor> {
    const { sub, ws, sid, role, scopes, mode } = await this.#payload(token);
    await this.open.requireOpen(sid);
    return { kind: 'user', userId: sub, workspaceId: ws, sessionId: sid, role, scopes, mode };
  }

  /** Whether a session that was verified before is still open. @throws AppError UNAUTHENTICATED when it is not. */
  requireOpen(sessionId: string): Promise<void> {
    return this.open.requireOpen(sessionId);
  }

  async #payload(token: string): Promise<z.infer<typeof claims>> {
    try {
      const { payload } = await jwtVerify(token, this.getKey, {
        // Named explicitly: `none` and HMAC over a public key must never be considered.
        algorithms: ['EdDSA', 'Ed25519'],
        issuer: ISSUER,
        audience: AUDIENCE,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['exp', 'sub', 'sid'],
      });
      return claims.parse(payload);
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      if (thrown instanceof errors.JOSEError || thrown instanceof z.ZodError) {
        throw unauthenticated('session token not valid', thrown);
      }
      throw thrown;
    }
  }
}
