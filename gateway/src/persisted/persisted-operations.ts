import type { Actor } from '@switchboard/identity';
import { z } from 'zod';
import { BoundedCache } from '../cache/bounded-cache.ts';
import { digestOf, type RegisteredOperations } from './registered-operations.ts';

/** What all documents together may take that callers had remembered. */
const REMEMBERED_BYTES_MAX = 6 * 1_024 * 1_024;
/** Apollo Server puts this in front of the digests. */
const KEY_PREFIX = 'apq:';

const persistedQuery = z.object({
  version: z.literal(1),
  sha256Hash: z.string().regex(/^[0-9a-f]{64}$/),
});

export interface PersistedOptions {
  readonly registered?: RegisteredOperations;
  /** Nothing but registered operations is served. */
  readonly registeredOnly?: boolean;
}

/** The document a request means, if it is known here; or why the request is refused. */
export type Resolved =
  | { readonly ok: true; readonly document: string | undefined }
  | { readonly ok: false; readonly status: 400 | 403; readonly code: string; readonly message: string };

/**
 * Operations that are asked for by their digest: those of the installation's list, and those that callers had
 * remembered (automatic persisted queries: https://www.apollographql.com/docs/apollo-server/performance/apq). What is
 * remembered was admitted, validated and paid for before.
 */
export class PersistedOperations {
  readonly #remembered = new BoundedCache<string>(REMEMBERED_BYTES_MAX, textBytes);
  readonly #registered: RegisteredOperations;
  readonly #registeredOnly: boolean;

  constructor({ registered = new Map(), registeredOnly = false }: PersistedOptions = {}) {
    this.#registered = registered;
    this.#registeredOnly = registeredOnly;
  }

  /** @param extensions of the request, as they came. */
  resolve(query: string | undefined, extensions: unknown): Resolved {
    const asked = extensions instanceof Object && 'persistedQuery' in extensions && extensions.persistedQuery;
    if (!asked) return this.#served(query, undefined);
    const parsed = persistedQuery.safeParse(asked);
    if (!parsed.success) return refused('The persisted query has no SHA-256 of version 1.');
    const digest = parsed.data.sha256Hash;
    if (query === undefined) return { ok: true, document: this.#find(digest) };
    if (digestOf(query) !== digest) return refused('The digest is not that of the document.');
    return this.#served(query, digest);
  }

  /** @returns why a caller who may run registered operations only is refused this one; undefined for those. */
  refusalOf(document: string | undefined): Refused | undefined {
    return document !== undefined && this.#registered.has(digestOf(document)) ? undefined : UNREGISTERED;
  }

  /** The same for a document that a caller sends in full, whether the caller or the installation is limited so. */
  refusalFor(actor: Actor, document: string): Refused | undefined {
    const isLimited = actor.kind !== 'anonymous' && actor.registeredOperationsOnly === true;
    return isLimited || this.#registeredOnly ? this.refusalOf(document) : undefined;
  }

  /** For Apollo Server: it looks up digests here and keeps what it has validated. */
  get cache(): Pick<BoundedCache<string>, 'get' | 'set' | 'delete'> {
    return {
      get: async (key) => this.#find(key.slice(KEY_PREFIX.length)),
      set: async (key, document) => {
        const digest = key.slice(KEY_PREFIX.length);
        if (!this.#registeredOnly && !this.#registered.has(digest))
          await this.#remembered.set(digest, document);
      },
      delete: async (key) => this.#remembered.delete(key.slice(KEY_PREFIX.length)),
    };
  }

  #find(digest: string): string | undefined {
    return this.#registered.get(digest) ?? this.#remembered.find(digest);
  }

  #served(document: string | undefined, digest: string | undefined): Resolved {
    if (!this.#registeredOnly || document === undefined) return { ok: true, document };
    if (this.#registered.has(digest ?? digestOf(document))) return { ok: true, document };
    return UNREGISTERED;
  }
}

type Refused = Extract<Resolved, { ok: false }>;

const UNREGISTERED: Refused = {
  ok: false,
  status: 403,
  code: 'FORBIDDEN',
  message: 'Only registered operations are served here.',
};

/** Two bytes a character at worst, and the cells of the map. */
function textBytes(digest: string, document: string): number {
  return 2 * (digest.length + document.length) + 200;
}

function refused(message: string): Resolved {
  return { ok: false, status: 400, code: 'BAD_REQUEST', message };
}
