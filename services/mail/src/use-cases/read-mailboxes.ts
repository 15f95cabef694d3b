import { randomUUID } from 'node:crypto';
import { AppError } from '@switchboard/errors';
import { Loop } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import {
  forgetMailbox,
  isAnyDue,
  keepMailbox,
  type LeasedMailbox,
  leaveMailbox,
  type ReadingEnd,
  takeMailboxes,
} from './mailbox-leases.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { type ReadMailboxDeps, readMailbox } from './read-mailbox.ts';

const SWEEP_MS = 1_000;
/** A third of the lease, so that one late statement does not lose it. */
const KEEP_MS = 10_000;
const RETRY_FIRST_MS = 2_000;
const RETRY_MAX_MS = 10 * 60_000;
/** Servers lock accounts out when they are asked too often; another credential is tried at once. */
const REFUSED_RETRY_MS = 15 * 60_000;

interface Deps extends Omit<ReadMailboxDeps, 'owner' | 'largeMails'> {
  readonly logger: Logger;
  /** How many servers this process stays connected to. */
  readonly mailboxesMax: number;
}

interface Running {
  readonly connectionId: string;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * Reads the mailboxes of workspaces' connections. Replicas share them by a lease on each: one process reads a mailbox at a
 * time, and when it dies another takes over. Where there are more than a process may stay connected to, they are read in
 * turn.
 */
export class ReadMailboxes {
  readonly #owner = randomUUID();
  readonly #largeMails = new OneAtATime();
  readonly #running = new Map<string, Running>();
  readonly #sweeper: Loop;
  #isCrowded = false;

  constructor(private readonly deps: Deps) {
    this.#sweeper = new Loop('mailboxes', () => this.#sweep(), { idleMs: SWEEP_MS, logger: deps.logger });
  }

  start(): void {
    this.#sweeper.start();
  }

  /** Something happened to a connection: whatever is read of it here ends, and what is due now is looked for. */
  connectionChanged(connectionId: string): void {
    for (const running of this.#running.values()) {
      if (running.connectionId === connectionId) running.abort.abort();
    }
    this.#sweeper.wake();
  }

  /** Resolves when every mailbox was given back; another replica takes them at once. */
  async stop(): Promise<void> {
    await this.#sweeper.stop();
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #sweep(): Promise<boolean> {
    const { unitOfWork, mailboxesMax } = this.deps;
    const free = mailboxesMax - this.#running.size;
    this.#isCrowded = free <= 0 && (await isAnyDue(unitOfWork.database));
    if (free <= 0) return false;
    for (const mailbox of await takeMailboxes(unitOfWork.database, this.#owner, free)) {
      const abort = new AbortController();
      const done = this.#read(mailbox, abort).finally(() => this.#running.delete(mailbox.id));
      this.#running.set(mailbox.id, { connectionId: mailbox.connectionId, abort, done });
    }
    return false;
  }

  async #read(mailbox: LeasedMailbox, abort: AbortController): Promise<void> {
    const { logger } = this.deps;
    const { database } = this.deps.unitOfWork;
    const keeping = setInterval(() => {
      // A database that is away decides nothing: what is written later is checked then.
      const kept = keepMailbox(database, this.#owner, mailbox).catch(() => true);
      void kept.then((isOurs) => isOurs || abort.abort());
    }, KEEP_MS);
    const end = await readMailbox(
      { ...this.deps, owner: this.#owner, largeMails: this.#largeMails },
      mailbox,
      {
        signal: abort.signal,
        mayStay: () => !this.#isCrowded,
      },
    ).then(
      (how): ReadingEnd => {
        if (how === 'OFF') return { state: 'OFF', nextInMs: null };
        return { nextInMs: how === 'STALE' || abort.signal.aborted ? 0 : this.deps.pollMs };
      },
      (thrown: unknown) => this.#failed(mailbox, thrown, abort.signal.aborted),
    );
    clearInterval(keeping);
    try {
      if (end === 'GONE') await forgetMailbox(database, this.#owner, mailbox);
      else await leaveMailbox(database, this.#owner, mailbox, end);
    } catch (err) {
      logger.warn(
        { err, connectionId: mailbox.connectionId },
        'mailbox not given back; its lease will run out',
      );
    }
    this.#sweeper.wake();
  }

  #failed(mailbox: LeasedMailbox, thrown: unknown, isAborted: boolean): ReadingEnd | 'GONE' {
    const { connectionId } = mailbox;
    const error = AppError.from(thrown);
    if (isAborted || error.code === 'CONFLICT') return { failures: mailbox.failures, nextInMs: 0 };
    // auth has no such connection: it was deleted, and its event is on its way.
    if (error.code === 'NOT_FOUND') return 'GONE';
    const failures = mailbox.failures + 1;
    this.deps.logger.warn({ err: thrown, connectionId, failures }, 'mailbox could not be read');
    if (error.code === 'RECONNECT_REQUIRED') {
      return { state: 'REFUSED', errorCode: error.code, failures, nextInMs: REFUSED_RETRY_MS };
    }
    const backoff = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 20));
    const nextInMs = error.retryAfterMs ?? backoff * (0.5 + Math.random() / 2);
    return { state: 'FAILING', errorCode: error.code, failures, nextInMs };
  }
}
