import type { Database, Tx } from '@switchboard/storage';
import type { MailboxState } from '../domain/mailbox.ts';

/** So long a replica that is gone keeps others from reading its mailboxes. */
const LEASE_S = 30;

/** A mailbox whose lease this process holds. */
export interface LeasedMailbox {
  readonly id: string;
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly sandbox: boolean;
  readonly failures: number;
  /** Counts what happened to the connection: with another one the lease is over. */
  readonly revision: number;
  readonly cursor: Cursor;
}

/** How far a mailbox has been read; see `Mailbox`. */
export interface Cursor {
  readonly uidValidity: string | null;
  readonly lastUid: number;
  readonly startedAt: Date | null;
  readonly rebuiltUntil: number | null;
  readonly takenSince: Date | null;
  readonly lastSyncedAt: Date | null;
}

interface Row {
  id: string;
  workspace_id: string;
  connection_id: string;
  sandbox: boolean;
  failures: number;
  revision: number;
  uid_validity: string | null;
  last_uid: number;
  started_at: Date | string | null;
  rebuilt_until: number | null;
  taken_since: Date | string | null;
  last_synced_at: Date | string | null;
}

/** Takes mailboxes that are due and that nobody reads. The database's clock decides, so that replicas need not agree. */
export async function takeMailboxes(
  database: Database,
  owner: string,
  limit: number,
): Promise<LeasedMailbox[]> {
  const rows = await database.statement<Row>(
    `with due as (
       select id from mailboxes
       where attempt_at <= now() and (lease_until is null or lease_until < now())
       order by attempt_at limit ? for update skip locked)
     update mailboxes set lease_owner = ?, lease_until = now() + interval '${LEASE_S} seconds'
     from due where mailboxes.id = due.id
     returning mailboxes.id, workspace_id, connection_id, sandbox, failures, revision, uid_validity, last_uid,
       started_at, rebuilt_until, taken_since, last_synced_at`,
    [limit, owner],
  );
  return rows.map((row) => ({
    id: row.id,
    workspaceId: row.workspace_id,
    connectionId: row.connection_id,
    sandbox: row.sandbox,
    failures: row.failures,
    revision: row.revision,
    cursor: {
      uidValidity: row.uid_validity,
      lastUid: Number(row.last_uid),
      startedAt: dateOf(row.started_at),
      rebuiltUntil: row.rebuilt_until === null ? null : Number(row.rebuilt_until),
      takenSince: dateOf(row.taken_since),
      lastSyncedAt: dateOf(row.last_synced_at),
    },
  }));
}

/** Whether a mailbox waits for somebody to read it. */
export async function isAnyDue(database: Database): Promise<boolean> {
  const rows = await database.statement(
    'select id from mailboxes where attempt_at <= now() and (lease_until is null or lease_until < now()) limit 1',
  );
  return rows.length > 0;
}

/** Keeps the lease for a while more. @returns false when it is somebody else's, or the connection was changed or is gone. */
export async function keepMailbox(
  database: Database,
  owner: string,
  mailbox: LeasedMailbox,
): Promise<boolean> {
  const rows = await database.statement(
    `update mailboxes set lease_until = now() + interval '${LEASE_S} seconds'
     where id = ? and lease_owner = ? and revision = ? returning id`,
    [mailbox.id, owner, mailbox.revision],
  );
  return rows.length > 0;
}

/**
 * Writes how far a mailbox has been read, under the lease: the row stays locked until the transaction ends, so nobody else
 * reads on from an older place, and what an erasure deletes stays deleted.
 * @returns false as `keepMailbox`; then nothing may be written.
 */
export async function moveCursor(
  { em }: Pick<Tx, 'em'>,
  owner: string,
  mailbox: LeasedMailbox,
  cursor: Cursor,
): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `update mailboxes set lease_until = now() + interval '${LEASE_S} seconds', state = 'READING', failures = 0,
       last_error_code = null, uid_validity = ?, last_uid = ?, started_at = ?::timestamptz, rebuilt_until = ?,
       taken_since = ?::timestamptz, last_synced_at = ?::timestamptz
     where id = ? and lease_owner = ? and revision = ? returning id`,
    [
      cursor.uidValidity,
      cursor.lastUid,
      cursor.startedAt,
      cursor.rebuiltUntil,
      cursor.takenSince,
      cursor.lastSyncedAt,
      mailbox.id,
      owner,
      mailbox.revision,
    ],
  );
  return rows.length > 0;
}

/** How a reading ended. */
export interface ReadingEnd {
  /** Unchanged where it is not given. */
  readonly state?: MailboxState;
  readonly errorCode?: string;
  readonly failures?: number;
  /** When it is to be read next; null for not before the connection changes. */
  readonly nextInMs: number | null;
}

/** Gives a mailbox back. Where the connection was changed meanwhile it is due at once and nothing else is written. */
export async function leaveMailbox(
  database: Database,
  owner: string,
  mailbox: LeasedMailbox,
  end: ReadingEnd,
): Promise<void> {
  const { state = null, errorCode = null, failures = 0, nextInMs } = end;
  await database.statement(
    `update mailboxes set lease_owner = null, lease_until = null,
       state = case when revision = ? then coalesce(?, state) else state end,
       last_error_code = case when revision = ? then ? else last_error_code end,
       failures = case when revision = ? then ? else failures end,
       attempt_at = case when revision = ? then now() + make_interval(secs => ?) else now() end
     where id = ? and lease_owner = ?`,
    [
      ...[mailbox.revision, state, mailbox.revision, errorCode, mailbox.revision, failures],
      ...[mailbox.revision, nextInMs === null ? null : nextInMs / 1_000, mailbox.id, owner],
    ],
  );
}

/** Forgets a mailbox whose connection there is no more. */
export async function forgetMailbox(
  database: Database,
  owner: string,
  mailbox: LeasedMailbox,
): Promise<void> {
  await database.statement('delete from mailboxes where id = ? and lease_owner = ? and revision = ?', [
    mailbox.id,
    owner,
    mailbox.revision,
  ]);
}

function dateOf(value: Date | string | null): Date | null {
  return value === null ? null : new Date(value);
}
