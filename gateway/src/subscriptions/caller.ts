import { AppError } from '@switchboard/errors';
import { requireWorkspaceActor, type WorkspaceActor } from '@switchboard/identity';
import { decodeJwt } from 'jose';
import { isApiKey } from '../identity/api-keys.ts';
import type { Authenticator } from '../identity/authenticator.ts';
import type { OperationCharges } from '../rates/charge-operations.ts';
import type { EndReason } from './ended.ts';

/** For how long a check is good while nothing is heard of the credential. Revocations come as events, at once. */
const CHECKED_MS = 1_000;
/** setTimeout takes no more; whoever lives longer than this has been asked again meanwhile. */
const TIMER_MAX_MS = 2_147_483_647;

/** What tells who is there. */
export interface Reception {
  readonly authenticator: Authenticator;
  readonly charges: Pick<OperationCharges, 'guessed'>;
}

/** Who listens on one connection, for as long as the credential is good. */
export class Caller {
  #actor: WorkspaceActor;
  #checkedAt: number;
  #expiry: NodeJS.Timeout | undefined;
  readonly #ended = new Set<(reason: EndReason) => void>();
  #reason: EndReason | undefined;

  private constructor(
    private readonly authenticator: Authenticator,
    private readonly authorization: string,
    readonly clientIp: string,
    actor: WorkspaceActor,
  ) {
    this.#actor = actor;
    this.#checkedAt = performance.now();
    const expiresAt = expiryOf(authorization);
    if (expiresAt === undefined) return;
    const left = Math.min(Math.max(expiresAt - Date.now(), 0), TIMER_MAX_MS);
    this.#expiry = setTimeout(() => this.end('EXPIRED'), left);
    this.#expiry.unref();
  }

  /**
   * @throws AppError UNAUTHENTICATED without a good credential, RATE_LIMITED when too many of them came from the address,
   * UNAVAILABLE when nobody can tell.
   */
  static async establish(
    { authenticator, charges }: Reception,
    authorization: string | undefined,
    clientIp: string,
  ): Promise<Caller> {
    try {
      const actor = requireWorkspaceActor(await authenticator.establish(authorization, clientIp));
      return new Caller(authenticator, authorization ?? '', clientIp, actor);
    } catch (thrown) {
      const failure = AppError.from(thrown);
      throw failure.code === 'UNAUTHENTICATED' ? (charges.guessed(clientIp) ?? failure) : failure;
    }
  }

  get actor(): WorkspaceActor {
    return this.#actor;
  }

  /** Who is behind it, whatever the connection: for limits. */
  get name(): string {
    const { apiKeyId, sessionId, userId } = this.#actor;
    return apiKeyId ?? userId ?? sessionId ?? this.#actor.workspaceId;
  }

  get reason(): EndReason | undefined {
    return this.#reason;
  }

  /** Calls back once, when the credential stops being good; at once if it has. @returns a function that forgets it. */
  onEnd(listener: (reason: EndReason) => void): () => void {
    if (this.#reason) listener(this.#reason);
    else this.#ended.add(listener);
    return () => this.#ended.delete(listener);
  }

  end(reason: EndReason): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.release();
    for (const listener of this.#ended) listener(reason);
    this.#ended.clear();
  }

  /** The connection is gone. */
  release(): void {
    clearTimeout(this.#expiry);
  }

  /** Looks whether the credential is still good and ends the caller otherwise. @returns whether it is. */
  async check(): Promise<boolean> {
    if (this.#reason) return false;
    if (performance.now() - this.#checkedAt < CHECKED_MS) return true;
    this.#checkedAt = performance.now();
    try {
      this.#actor = requireWorkspaceActor(
        await this.authenticator.establishAgain(this.#actor, this.authorization, this.clientIp),
      );
    } catch (thrown) {
      this.end(AppError.from(thrown).code === 'UNAUTHENTICATED' ? 'REVOKED' : 'UNVERIFIED');
    }
    return this.#reason === undefined;
  }

  /** The next check asks. */
  distrust(): void {
    this.#checkedAt = Number.NEGATIVE_INFINITY;
  }
}

/** When a session's token ends, in epoch milliseconds; API keys are asked about instead. */
function expiryOf(authorization: string): number | undefined {
  const credential = authorization.replace(/^Bearer +/i, '');
  if (isApiKey(credential)) return undefined;
  const { exp } = decodeJwt(credential);
  return exp === undefined ? undefined : exp * 1_000;
}
