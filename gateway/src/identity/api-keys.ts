import { createHash } from 'node:crypto';
import type { WorkspaceActor } from '@switchboard/identity';
import { RevokedIds } from './revoked-ids.ts';
import { unauthenticated } from './unauthenticated.ts';

/** Whose API key a secret is. */
export interface ApiKeyHolder {
  readonly apiKeyId: string;
  readonly workspaceId: string;
  readonly scopes: readonly string[];
  readonly mode: 'live' | 'test';
  readonly agentId?: string | undefined;
  readonly registeredOperationsOnly?: boolean | undefined;
}

/** Auth, as the gateway asks it. @throws AppError UNAVAILABLE when it does not answer. */
export interface ApiKeyVerifier {
  verify(secret: string, clientIp: string): Promise<ApiKeyHolder | undefined>;
}

const FOUND_TTL_MS = 5_000;
// Short, so that a key made a moment ago works; long enough that guessing costs auth little.
const UNKNOWN_TTL_MS = 1_000;
const ENTRIES_MAX = 10_000;
const REVOKED_MS = 60_000;
// Until every answer from before is forgotten, and one that was under way; a workspace may be resumed afterwards.
const SUSPENDED_MS = 2 * FOUND_TTL_MS;
const FORM = /^sb_(?:live|test)_[A-Za-z0-9]{1,64}_[A-Za-z0-9_-]{1,128}$/;

interface Entry {
  readonly holder: Promise<ApiKeyHolder | undefined>;
  until: number;
}

export function isApiKey(credential: string): boolean {
  return credential.startsWith('sb_');
}

/** Verifies API keys, remembering auth's answers for a few seconds. */
export class ApiKeys {
  readonly #entries = new Map<string, Entry>();
  readonly #revoked: RevokedIds;
  readonly #suspended: RevokedIds;

  constructor(
    private readonly verifier: ApiKeyVerifier,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.#revoked = new RevokedIds(REVOKED_MS, clock);
    this.#suspended = new RevokedIds(SUSPENDED_MS, clock);
  }

  /** @throws AppError UNAUTHENTICATED, or UNAVAILABLE for a key not remembered while auth is away. */
  async verify(secret: string, clientIp: string): Promise<WorkspaceActor> {
    if (!FORM.test(secret)) throw unauthenticated('API key malformed');
    const holder = await this.#holder(secret, clientIp);
    // Checked after the answer: a revocation may have overtaken it.
    if (!holder || this.#revoked.has(holder.apiKeyId)) throw unauthenticated('API key not valid');
    const { apiKeyId, workspaceId, scopes, mode, agentId } = holder;
    if (this.#suspended.has(workspaceId)) throw unauthenticated('workspace suspended');
    const actor = {
      kind: agentId ? 'agent' : 'apiKey',
      apiKeyId,
      agentId,
      workspaceId,
      scopes,
      mode,
    } as const;
    return holder.registeredOperationsOnly ? { ...actor, registeredOperationsOnly: true } : actor;
  }

  /** Acts at once on every later request. */
  revoke(apiKeyId: string): void {
    this.#revoked.add(apiKeyId);
  }

  /** Acts at once on every later request by a key of the workspace. Auth refuses them from then on. */
  suspend(workspaceId: string): void {
    this.#suspended.add(workspaceId);
  }

  #holder(secret: string, clientIp: string): Promise<ApiKeyHolder | undefined> {
    // The secret itself is not kept; the address belongs to the question because keys have allow-lists.
    const key = createHash('sha256').update(`${clientIp}\n${secret}`).digest('base64url');
    const known = this.#entries.get(key);
    if (known && known.until > this.clock()) return known.holder;
    const entry: Entry = {
      holder: this.verifier.verify(secret, clientIp),
      // Until it is answered the entry only joins callers who ask at the same moment.
      until: this.clock() + FOUND_TTL_MS,
    };
    this.#remember(key, entry);
    entry.holder.then(
      (holder) => {
        if (!holder) entry.until = this.clock() + UNKNOWN_TTL_MS;
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return entry.holder;
  }

  #remember(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size <= ENTRIES_MAX) return;
    const oldest = this.#entries.keys().next().value;
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
