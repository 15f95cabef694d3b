import type { CarriedTrace } from '@switchboard/observability';
import type { Database, Tx } from '@switchboard/storage';

const LEASE_S = 30;

/** An intent whose lease this worker holds. */
export interface LeasedIntent {
  readonly id: string;
  readonly kind: string;
  readonly workspaceId: string;
  readonly payload: object;
  readonly trace: CarriedTrace;
  /** This one included: counted before the call, because a crash in the middle must still use one up. */
  readonly attempts: number;
  /** An attempt before began its call and recorded nothing. */
  readonly interrupted: boolean;
}

interface Row {
  id: string;
  kind: string;
  workspace_id: string;
  payload: object | string;
  trace: CarriedTrace | string;
  attempts: number;
  was_in_call: boolean;
}

/** Takes the lease of one intent, or of those that are due. Held ones, also expired and re-taken ones, are skipped. */
export async function takeLeases(
  database: Database,
  owner: string,
  which: { intentId: string } | { limit: number },
): Promise<LeasedIntent[]> {
  const byId = 'intentId' in which;
  const rows = await database.statement<Row>(
    `with due as (
       select id, in_call from intents
       where state = 'READY' and run_at <= now() and (lease_until is null or lease_until < now())
         ${byId ? 'and id = ?' : ''}
       order by run_at limit ? for update skip locked)
     update intents set lease_owner = ?, lease_until = now() + interval '${LEASE_S} seconds',
       attempts = attempts + 1, in_call = true
     from due where intents.id = due.id
     returning intents.id, kind, workspace_id, payload, trace, attempts, due.in_call as was_in_call`,
    byId ? [which.intentId, 1, owner] : [which.limit, owner],
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    workspaceId: row.workspace_id,
    payload: parsed(row.payload),
    trace: parsed(row.trace),
    attempts: row.attempts,
    interrupted: row.was_in_call,
  }));
}

function parsed<T extends object>(value: T | string): T {
  return typeof value === 'string' ? (JSON.parse(value) as T) : value;
}

/** Ends an intent, if the lease is still this owner's. @returns false when somebody else has it now. */
export async function endIntent(
  { em }: Tx,
  intentId: string,
  owner: string,
  state: 'DONE' | 'FAILED' | 'UNKNOWN',
  lastError?: string,
): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `update intents set state = ?, ended_at = now(), lease_until = null, in_call = false, last_error = ?
     where id = ? and lease_owner = ? and state = 'READY' returning id`,
    [state, lastError ?? null, intentId, owner],
  );
  return rows.length === 1;
}

/** Gives an intent back after a failure that may pass. */
export async function postponeIntent(
  database: Database,
  intentId: string,
  owner: string,
  delayMs: number,
  lastError: string,
): Promise<void> {
  await database.statement(
    `update intents set lease_until = null, lease_owner = null, in_call = false, last_error = ?,
       run_at = now() + make_interval(secs => ?)
     where id = ? and lease_owner = ? and state = 'READY'`,
    [lastError, delayMs / 1000, intentId, owner],
  );
}
