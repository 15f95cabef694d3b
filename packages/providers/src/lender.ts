import { timestampDate } from '@bufbuild/protobuf/wkt';
import { AppError } from '@switchboard/errors';
import type { RpcClient } from '@switchboard/messaging';
import { Secret } from '@switchboard/observability';
import { AuthService, type LendCredentialResponse, Mode, OwnerKind } from '@switchboard/proto-schemas';
import type { Credential } from './credential.ts';

/** Whose credential is wanted. The narrowest owner wins: user, then workspace, then platform. */
export interface LendRequest {
  readonly vendor: string;
  readonly workspaceId?: string | undefined;
  readonly userId?: string | undefined;
  /** A certain connection: its id, `platform` or `sandbox`. */
  readonly connectionId?: string | undefined;
  /** `test` is lent sandbox connections only. */
  readonly mode: 'live' | 'test';
}

interface Cached {
  readonly credential: Credential;
  readonly freshUntil: number;
  readonly expiresAt: number;
}

const FRESH_MS = 30_000;
/** Well within what a mutation may take (10 s), and patient with an auth that has much to do. */
const LEND_TIMEOUT_MS = 4_000;
const CACHE_MAX = 5_000;

/** Borrows credentials from auth and keeps them in memory for minutes, so that work goes on while auth restarts. */
export class CredentialLender {
  readonly #cache = new Map<string, Cached>();
  readonly #asking = new Map<string, Promise<Cached>>();

  constructor(
    private readonly rpc: RpcClient,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @throws AppError NOT_FOUND when there is no such connection, RECONNECT_REQUIRED when the vendor was
   * disconnected, UNAVAILABLE while auth is away and nothing is cached.
   */
  async lend(request: LendRequest): Promise<Credential> {
    const key = keyOf(request);
    const cached = this.#cache.get(key);
    if (cached && this.now() < cached.freshUntil) return cached.credential;
    try {
      const fetched = await this.#fetchOnce(key, request);
      return fetched.credential;
    } catch (thrown) {
      const away = AppError.from(thrown).code === 'UNAVAILABLE';
      if (away && cached && this.now() < cached.expiresAt) return cached.credential;
      this.#cache.delete(key);
      throw thrown;
    }
  }

  /**
   * Asks auth whatever is in memory: who judges a connection must not judge a credential that was replaced meanwhile.
   * @throws AppError as `lend`, and UNAVAILABLE whenever auth is away.
   */
  async lendAnew(request: LendRequest): Promise<Credential> {
    const fetched = await this.#fetch(request);
    this.#keep(keyOf(request), fetched);
    return fetched.credential;
  }

  /**
   * Works at a vendor with a credential, and tells auth how the vendor took it: that is the health of the connection.
   * @param work a RECONNECT_REQUIRED it throws says that the vendor refused the credential. Any other failure is of
   * this one request, and nothing is told. A refused access token is tried once more with its successor.
   * @returns what `work` returns. @throws AppError as `lend`, and whatever `work` throws.
   */
  async use<T>(request: LendRequest, work: (credential: Credential) => Promise<T>): Promise<T> {
    const credential = await this.lend(request);
    try {
      return await this.#worked(request, credential, work);
    } catch (thrown) {
      const next = await this.#afterRefusal(request, credential, AppError.from(thrown));
      if (!next) throw thrown;
      return this.#worked(request, next, work);
    }
  }

  async #worked<T>(
    request: LendRequest,
    credential: Credential,
    work: (credential: Credential) => Promise<T>,
  ): Promise<T> {
    try {
      const result = await work(credential);
      void this.#report(credential, '');
      return result;
    } catch (thrown) {
      const { code } = AppError.from(thrown);
      if (code === 'RECONNECT_REQUIRED') {
        // Whoever replaces the credential must not have to wait until this one is stale.
        this.#cache.delete(keyOf(request));
        const reported = this.#report(credential, code);
        // Auth asks the vendor for the next token when it hears that one was refused.
        if (isToken(credential)) await reported;
      }
      throw thrown;
    }
  }

  /**
   * A refused token may have a successor: the vendor replaced it before its time. What was refused was not done, so
   * doing it with the next one is no second time.
   */
  async #afterRefusal(
    request: LendRequest,
    refused: Credential,
    { code }: AppError,
  ): Promise<Credential | undefined> {
    if (code !== 'RECONNECT_REQUIRED' || !isToken(refused)) return undefined;
    const next = await this.lend(request).catch(() => undefined);
    const isAnother = next?.secrets.accessToken?.reveal() !== refused.secrets.accessToken?.reveal();
    return isAnother ? next : undefined;
  }

  /** Nobody waits for it and nothing fails by it: the vendor's answer counts, whether or not auth is there. */
  async #report({ connectionId, workspaceId = '' }: Credential, errorCode: string): Promise<void> {
    const report = { connectionId, workspaceId, succeeded: errorCode === '', errorCode };
    await this.rpc.ask(AuthService.method.reportConnectionUse, report).catch(() => {});
  }

  /** Parallel callers for one credential share one request to auth. */
  #fetchOnce(key: string, request: LendRequest): Promise<Cached> {
    const asking = this.#asking.get(key);
    if (asking) return asking;
    const fetching = this.#fetch(request)
      .then((fetched) => {
        this.#keep(key, fetched);
        return fetched;
      })
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, fetching);
    return fetching;
  }

  async #fetch(request: LendRequest): Promise<Cached> {
    const lent = await this.rpc.ask(
      AuthService.method.lendCredential,
      {
        vendor: request.vendor,
        workspaceId: request.workspaceId ?? '',
        userId: request.userId ?? '',
        connectionId: request.connectionId ?? '',
        mode: request.mode === 'test' ? Mode.TEST : Mode.LIVE,
      },
      { timeoutMs: LEND_TIMEOUT_MS },
    );
    const expiresAt = lent.expiresAt ? timestampDate(lent.expiresAt).getTime() : this.now() + FRESH_MS;
    return {
      credential: toCredential(lent),
      freshUntil: Math.min(this.now() + FRESH_MS, expiresAt),
      expiresAt,
    };
  }

  #keep(key: string, cached: Cached): void {
    const oldest = this.#cache.keys().next().value;
    if (this.#cache.size >= CACHE_MAX && oldest !== undefined) this.#cache.delete(oldest);
    this.#cache.set(key, cached);
  }
}

/** A token of a grant: auth gets the next one, so a refused one is no end. */
function isToken({ secrets }: Credential): boolean {
  return secrets.accessToken !== undefined;
}

function keyOf({ vendor, workspaceId, userId, connectionId, mode }: LendRequest): string {
  return JSON.stringify([vendor, workspaceId, userId, connectionId, mode]);
}

const OWNERS = {
  [OwnerKind.UNSPECIFIED]: 'PLATFORM',
  [OwnerKind.PLATFORM]: 'PLATFORM',
  [OwnerKind.WORKSPACE]: 'WORKSPACE',
  [OwnerKind.USER]: 'USER',
} as const satisfies Record<OwnerKind, Credential['owner']>;

function toCredential(lent: LendCredentialResponse): Credential {
  return {
    connectionId: lent.connectionId,
    owner: OWNERS[lent.ownerKind],
    workspaceId: lent.workspaceId || undefined,
    userId: lent.userId || undefined,
    sandbox: lent.sandbox,
    baseUrl: lent.baseUrl || undefined,
    secrets: Object.fromEntries(
      Object.entries(lent.secrets).map(([name, value]) => [name, new Secret(value)]),
    ),
  };
}
