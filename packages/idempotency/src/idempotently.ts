import { AppError, invalidInput } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { requestHash } from './request-hash.ts';

const KEY_LENGTH_MAX = 255;
const LOCK_NOT_AVAILABLE = '55P03';

/** One entry of a payload's `userErrors`, as it is kept for replays. */
export interface StoredUserError {
  readonly code: string;
  readonly message: string;
  readonly path?: readonly string[] | undefined;
}

/** What a mutation decided; kept under its key, so that a replay can answer the same resource again. */
export interface MutationResult {
  readonly resourceId: string | undefined;
  readonly userErrors: readonly StoredUserError[];
}

export interface MutationRequest {
  /** Name of the mutation in the schema. */
  readonly mutation: string;
  readonly idempotencyKey: string;
  /** Everything the caller asked for, without the key. */
  readonly input: object;
  /** 24 for most, 72 for money. */
  readonly keepHours: 24 | 72;
}

/**
 * Runs a mutation's decision once per key. The key, the decision's rows and its events commit together; parallel
 * calls with one key wait for the first and answer its resource.
 * @throws AppError IDEMPOTENCY_KEY_REUSED for other input under the same key, IDEMPOTENCY_IN_PROGRESS when the
 * first call takes too long; what `decide` throws leaves the key unused.
 */
export async function idempotently(
  unitOfWork: UnitOfWork,
  actor: WorkspaceActor,
  request: MutationRequest,
  decide: (tx: EventTx) => Promise<MutationResult>,
): Promise<MutationResult & { replayed: boolean }> {
  const { idempotencyKey: key, mutation } = request;
  if (key.length === 0 || key.length > KEY_LENGTH_MAX) {
    throw invalidInput(`idempotencyKey must have 1 to ${KEY_LENGTH_MAX} characters.`);
  }
  const hash = requestHash(request.input);
  const identity = [actor.workspaceId, actor.mode, mutation, key];
  return unitOfWork.run(actor, async (tx) => {
    if (await claim(tx, identity, hash, request.keepHours)) {
      const result = await decide(tx);
      await tx.em.flush();
      await tx.em.execute(
        `update idempotency_keys set resource_id = ?, user_errors = ?::jsonb
         where workspace_id = ? and mode = ? and mutation = ? and key = ?`,
        [result.resourceId ?? null, JSON.stringify(result.userErrors), ...identity],
        'run',
      );
      return { ...result, replayed: false };
    }
    return { ...(await recall(tx, identity, hash)), replayed: true };
  });
}

async function claim(tx: EventTx, identity: string[], hash: string, keepHours: number): Promise<boolean> {
  await tx.em.execute("set local lock_timeout = '3s'", [], 'run');
  try {
    const rows = await tx.em.execute<unknown[]>(
      `insert into idempotency_keys (workspace_id, mode, mutation, key, request_hash, expires_at)
       values (?, ?, ?, ?, ?, now() + make_interval(hours => ?))
       on conflict (workspace_id, mode, mutation, key) do update
         set request_hash = excluded.request_hash, resource_id = null, user_errors = '[]',
             created_at = now(), expires_at = excluded.expires_at
         where idempotency_keys.expires_at < now()
       returning key`,
      [...identity, hash, keepHours],
    );
    return rows.length === 1;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === LOCK_NOT_AVAILABLE) {
      throw new AppError('IDEMPOTENCY_IN_PROGRESS', 'the first call with this key has not ended', {
        publicMessage: 'A request with this idempotencyKey is still in progress.',
        cause: thrown,
      });
    }
    throw thrown;
  }
}

async function recall(tx: EventTx, identity: string[], hash: string): Promise<MutationResult> {
  const [row] = await tx.em.execute<
    { request_hash: string; resource_id: string | null; user_errors: StoredUserError[] | string }[]
  >(
    `select request_hash, resource_id, user_errors from idempotency_keys
     where workspace_id = ? and mode = ? and mutation = ? and key = ?`,
    identity,
  );
  if (!row || row.request_hash !== hash) {
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 'same key, other input', {
      publicMessage: 'This idempotencyKey was used with other input.',
    });
  }
  const userErrors = typeof row.user_errors === 'string' ? JSON.parse(row.user_errors) : row.user_errors;
  return { resourceId: row.resource_id ?? undefined, userErrors };
}
