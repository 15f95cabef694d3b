import { AppError } from '@switchboard/errors';
import type { UnitOfWork } from '@switchboard/messaging';
import { rootTrace, withTrace } from '@switchboard/observability';
import type { CredentialLender } from '@switchboard/providers';
import { SYSTEM } from '@switchboard/storage';
import { type IncomingMail, remainsOf } from '../domain/incoming-mail.ts';
import type { MailboxStanding, MailHead, MailReader, OpenMailbox } from '../providers/mail-provider.ts';
import { type Cursor, type LeasedMailbox, moveCursor } from './mailbox-leases.ts';
import type { OneAtATime } from './one-at-a-time.ts';
import { type FoundMail, receiveMails } from './receive-mail.ts';

/** Mails that are kept in one transaction: at most so many, and not many more characters of text than this. */
const BATCH = 50;
const BATCH_CHARACTERS = 4_000_000;
/** A larger one takes its size in memory a few times over while it is read. */
const LARGE_BYTES = 1_024 * 1_024;
/** After a rebuild: so long before the last look a mail may have come that was not seen then. */
const OVERLAP_MS = 24 * 60 * 60_000;
/** After this the credential is borrowed again, so that no connection is read on for long after it is gone. */
const STAY_MAX_MS = 30 * 60_000;
/** To be connected and signed in. */
const OPEN_TIMEOUT_MS = 20_000;

export interface ReadMailboxDeps {
  readonly unitOfWork: UnitOfWork;
  readonly lender: Pick<CredentialLender, 'lendAnew' | 'use'>;
  readonly reader: { readonly id: string } & MailReader;
  /** Vendor of the connections that mailboxes belong to. */
  readonly vendor: string;
  /** Of the lease. */
  readonly owner: string;
  readonly pollMs: number;
  /** All readings of the process share it. */
  readonly largeMails: OneAtATime;
}

export interface Stay {
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** Whether the connection to the server may be kept; otherwise the mailbox is left after it was read. */
  mayStay(): boolean;
}

/**
 * Reads a mailbox for as long as it may: what is new now, and then whatever comes.
 * @returns `OFF` when the connection names no mailbox, `STALE` when it is to be signed in anew. @throws AppError; CONFLICT when the lease was lost.
 */
export async function readMailbox(
  deps: ReadMailboxDeps,
  mailbox: LeasedMailbox,
  stay: Stay,
): Promise<'OFF' | 'LEFT' | 'STALE'> {
  const open = await signIn(deps, mailbox, stay.signal);
  if (!open) return 'OFF';
  // What is under way would otherwise hold up whoever ends the reading.
  const onAbort = (): void => void open.close();
  stay.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const reading = new Reading(deps, mailbox, open, stay.signal);
    const end = performance.now() + STAY_MAX_MS;
    for (;;) {
      await reading.catchUp();
      if (stay.signal.aborted || !stay.mayStay()) return 'LEFT';
      await open.untilNews(deps.pollMs, stay.signal);
      if (stay.signal.aborted) return 'LEFT';
      if (performance.now() > end) return 'STALE';
    }
  } finally {
    stay.signal.removeEventListener('abort', onAbort);
    await open.close();
  }
}

/** How the server takes the credential is reported to auth, as of any use of a connection. */
async function signIn(
  { lender, reader, vendor }: ReadMailboxDeps,
  { id, workspaceId, connectionId }: LeasedMailbox,
  signal: AbortSignal,
): Promise<OpenMailbox | undefined> {
  const request = { vendor, workspaceId, connectionId, mode: 'live' } as const;
  // Not from memory: a credential that was just replaced must not be refused in its successor's name.
  if (!reader.namesMailbox(await lender.lendAnew(request))) return undefined;
  return lender.use(request, (credential) =>
    reader.open({
      credential,
      idempotencyKey: id,
      signal: AbortSignal.any([signal, AbortSignal.timeout(OPEN_TIMEOUT_MS)]),
    }),
  );
}

/** One stay in a mailbox: how far it has been read, and what is done about the rest. */
class Reading {
  #cursor: Cursor;

  constructor(
    private readonly deps: ReadMailboxDeps,
    private readonly mailbox: LeasedMailbox,
    private readonly open: OpenMailbox,
    private readonly signal: AbortSignal,
  ) {
    this.#cursor = mailbox.cursor;
  }

  /** Takes everything that is there now and was not there before. */
  async catchUp(): Promise<void> {
    const standing = await this.open.look();
    const now = new Date();
    await this.#commit({ ...begunAt(this.#cursor, standing, now), lastSyncedAt: now }, []);
    const { rebuiltUntil, takenSince } = this.#cursor;
    if (rebuiltUntil !== null) {
      const since = takenSince ?? now;
      const range = { from: this.#cursor.lastUid + 1, to: rebuiltUntil, since };
      await this.#take(await this.open.uids(range), ({ arrivedAt }) => arrivedAt >= since);
      await this.#commit(
        { ...this.#cursor, lastUid: rebuiltUntil, rebuiltUntil: null, takenSince: null },
        [],
      );
    }
    // It says what the next one will have at least.
    if (standing.uidNext <= this.#cursor.lastUid + 1) return;
    await this.#take(await this.open.uids({ from: this.#cursor.lastUid + 1 }), () => true);
  }

  async #take(uids: readonly number[], isWanted: (head: MailHead) => boolean): Promise<void> {
    for (let begin = 0; begin < uids.length; begin += BATCH) {
      const some = uids.slice(begin, begin + BATCH);
      const heads = (await this.open.heads(some)).filter(isWanted);
      let found: FoundMail[] = [];
      let characters = 0;
      for (const head of heads) {
        this.signal.throwIfAborted();
        const mail = await this.#read(head);
        if (!mail) continue;
        found.push({ head, mail });
        characters += (mail.text?.length ?? 0) + (mail.html?.length ?? 0);
        if (characters < BATCH_CHARACTERS) continue;
        await this.#keep(found, head.uid);
        [found, characters] = [[], 0];
      }
      await this.#keep(found, some.at(-1) ?? this.#cursor.lastUid);
    }
  }

  #read(head: MailHead): Promise<IncomingMail | undefined> {
    if (head.bytes <= LARGE_BYTES) return this.open.read(head);
    return this.deps.largeMails.run(() => this.open.read(head));
  }

  /** A mail that cannot be stored, for whatever is in it, holds up nothing: it is kept as little more than its arrival. */
  async #keep(found: readonly FoundMail[], lastUid: number): Promise<void> {
    try {
      await this.#commit({ ...this.#cursor, lastUid }, found);
    } catch (thrown) {
      if (found.length === 0 || AppError.from(thrown).code !== 'INTERNAL') throw thrown;
      for (const one of found) {
        const cursor = { ...this.#cursor, lastUid: one.head.uid };
        await this.#commit(cursor, [one]).catch(async (err: unknown) => {
          if (AppError.from(err).code !== 'INTERNAL') throw err;
          await this.#commit(cursor, [{ head: one.head, mail: remainsOf(one.mail) }]);
        });
      }
      await this.#commit({ ...this.#cursor, lastUid }, []);
    }
  }

  /** Mails, their events and the place behind them, together: a crash neither loses nor doubles one. */
  async #commit(cursor: Cursor, found: readonly FoundMail[]): Promise<void> {
    const { unitOfWork, owner, reader } = this.deps;
    await withTrace(rootTrace({ kind: 'system' }, 'mailbox'), () =>
      unitOfWork.run(SYSTEM, async (tx) => {
        if (!(await moveCursor(tx, owner, this.mailbox, cursor))) {
          throw new AppError('CONFLICT', 'the mailbox is not this reader’s any more');
        }
        if (found.length > 0) await receiveMails(tx, this.mailbox, reader.id, found);
      }),
    );
    this.#cursor = cursor;
  }
}

/**
 * Where reading goes on. A mailbox is taken from its end at the first look: what lies in it then is not fetched. After the
 * server rebuilt it (another UIDVALIDITY), UIDs from before mean nothing: its mails are gone through again, and those that
 * came within a day before the last look or later, and are not known, are new.
 */
export function begunAt(cursor: Cursor, standing: MailboxStanding, now: Date): Cursor {
  const { uidValidity, uidNext } = standing;
  if (cursor.uidValidity === uidValidity) return cursor;
  if (cursor.uidValidity === null || cursor.startedAt === null) {
    return { ...cursor, uidValidity, lastUid: uidNext - 1, startedAt: now };
  }
  const overlap = (cursor.lastSyncedAt ?? now).getTime() - OVERLAP_MS;
  // Servers tell whole seconds.
  const takenSince = new Date(Math.floor(Math.max(cursor.startedAt.getTime(), overlap) / 1_000) * 1_000);
  return { ...cursor, uidValidity, lastUid: 0, rebuiltUntil: uidNext - 1, takenSince };
}
