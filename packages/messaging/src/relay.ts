import { randomUUID } from 'node:crypto';
import { failpoint } from '@switchboard/failpoints';
import { currentTrace, inSpan, type Logger, resumeTrace, withTrace } from '@switchboard/observability';
import type { Database } from '@switchboard/storage';
import type { Broker } from './broker.ts';
import { type EventRecord, subjectOf, toHeaders } from './event.ts';
import { Loop } from './loop.ts';
import { type EventRow, toRecord } from './rows.ts';

const BATCH = 200;
const LEASE_S = 15;
const IDLE_MS = 1_000;
const PUBLISH_TIMEOUT_MS = 5_000;
const OUTBOX_DAYS = 7;
const JANITOR_MS = 3_600_000;

/**
 * Publishes what the outbox holds. Rows are claimed by lease, so that no transaction is open while publishing
 * and several replicas can share the work; a crash leaves a lease that runs out.
 */
export class Relay {
  readonly #owner = randomUUID();
  readonly #loop: Loop;
  #cleanedAt = 0;

  constructor(
    private readonly database: Database,
    private readonly broker: Broker,
    logger: Logger,
  ) {
    this.#loop = new Loop('relay', () => this.#pass(), { idleMs: IDLE_MS, logger });
  }

  start(): void {
    this.#loop.start();
  }

  /** Publishes soon instead of at the next poll. */
  wake(): void {
    this.#loop.wake();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** @returns whether there may be more to do right away. */
  async #pass(): Promise<boolean> {
    await this.#clean();
    const claimed = await this.#claim();
    if (claimed.length === 0) return false;
    failpoint('relay.after-claim');
    const results = await Promise.allSettled(claimed.map((record) => this.#publish(record)));
    failpoint('relay.after-publish');
    const done = claimed.filter((_, index) => results[index]?.status === 'fulfilled');
    const failed = results.find((result) => result.status === 'rejected');
    await this.#mark(
      done.map((record) => record.id),
      claimed.map((record) => record.id),
    );
    if (failed) throw failed.reason;
    return claimed.length === BATCH;
  }

  async #claim(): Promise<EventRecord[]> {
    const rows = await this.database.statement<EventRow>(
      `update outbox set lease_owner = ?, lease_until = now() + interval '${LEASE_S} seconds', attempts = attempts + 1
       where seq in (
         select seq from outbox
         where published_at is null and (lease_until is null or lease_until < now())
         order by seq limit ${BATCH} for update skip locked)
       returning seq, id, type, source, workspace_id, occurred_at, payload, trace`,
      [this.#owner],
    );
    return rows.sort((a, b) => Number(a.seq) - Number(b.seq)).map(toRecord);
  }

  async #publish(record: EventRecord): Promise<void> {
    const attributes = { 'messaging.message.id': record.id, 'messaging.destination.name': record.type };
    await withTrace(resumeTrace(record.trace), () =>
      inSpan('publish event', 'producer', attributes, async () => {
        // Handlers go on from here, not from the request that recorded the event.
        const { traceparent } = currentTrace();
        const published = { ...record, trace: { ...record.trace, traceparent } };
        await this.broker.js.publish(subjectOf(record), record.bytes, {
          msgID: record.id,
          headers: toHeaders(published),
          timeout: PUBLISH_TIMEOUT_MS,
        });
      }),
    );
  }

  /** Marks what the broker acknowledged and gives the rest back, if the leases are still ours. */
  async #mark(published: readonly string[], claimed: readonly string[]): Promise<void> {
    if (published.length > 0) {
      await this.database.statement(
        'update outbox set published_at = now(), lease_until = null where id in (?)',
        [published],
      );
    }
    if (published.length === claimed.length) return;
    await this.database.statement(
      'update outbox set lease_until = null where id in (?) and lease_owner = ? and published_at is null',
      [claimed, this.#owner],
    );
  }

  async #clean(): Promise<void> {
    if (Date.now() - this.#cleanedAt < JANITOR_MS) return;
    this.#cleanedAt = Date.now();
    await this.database.statement(
      `delete from outbox where published_at < now() - interval '${OUTBOX_DAYS} days'`,
    );
  }
}
