import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { AppError, FAILURES } from '@switchboard/errors';
import type { Logger } from '@switchboard/observability';
import type { Broker } from './broker.ts';
import { park, UNREADABLE } from './dead-letters.ts';
import { type EventRecord, fromMessage, PLATFORM } from './event.ts';
import type { Handler } from './handler.ts';
import { type Delivery, handleAll } from './inbox.ts';
import { Loop } from './loop.ts';
import type { UnitOfWork } from './outbox.ts';
import { EVENT_STREAM } from './permissions.ts';

const BATCH = 200;
const PREFETCH = 500;
// Also the client's pause before it asks a restarted broker again: its default of 30 s would be a silence as long.
const PULL_MS = 5_000;
const RETRY_BASE_MS = 500;
const RETRY_MAX_MS = 60_000;
const ATTEMPTS_MAX = 8;
const INBOX_DAYS = 14;
const JANITOR_MS = 3_600_000;

interface Received {
  readonly message: JsMsg;
  readonly record: EventRecord;
}

/**
 * A service's durable consumer: dispatches by type, acknowledges what nobody handles, retries by the failure's
 * code, parks what will not succeed. What it has not acknowledged comes again.
 */
export class Consumer {
  readonly #loop: Loop;
  readonly #queue: JsMsg[] = [];
  readonly #byType = new Map<string, Handler[]>();
  readonly #every: readonly Handler[];
  #messages: ConsumerMessages | undefined;
  #cleanedAt = 0;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly broker: Broker,
    handlers: readonly Handler[],
    private readonly logger: Logger,
    private readonly options: { attemptsMax?: number; retryBaseMs?: number } = {},
  ) {
    if (new Set(handlers.map((handler) => handler.name)).size !== handlers.length) {
      throw new Error('two handlers share a name');
    }
    for (const handler of handlers) {
      if (handler.event === 'every') continue;
      const { typeName } = handler.event;
      this.#byType.set(typeName, [...(this.#byType.get(typeName) ?? []), handler]);
    }
    this.#every = handlers.filter((handler) => handler.event === 'every');
    this.#loop = new Loop('consumer', () => this.#pass(), { idleMs: 1_000, logger });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    // Stopping the pull first: what is queued here unacknowledged goes to the next reader.
    this.#messages?.stop();
    await this.#loop.stop();
  }

  /** How far behind this service is. @throws when the broker is away. */
  async lag(): Promise<{ pending: number; ackPending: number; redelivered: number }> {
    const consumer = await this.broker.js.consumers.get(EVENT_STREAM, this.unitOfWork.source);
    const info = await consumer.info();
    return { pending: info.num_pending, ackPending: info.num_ack_pending, redelivered: info.num_redelivered };
  }

  async #pass(): Promise<boolean> {
    if (!this.#messages) await this.#pull();
    await this.#clean();
    const batch = this.#queue.splice(0, BATCH);
    if (batch.length > 0) await this.#process(batch);
    return this.#queue.length > 0;
  }

  async #pull(): Promise<void> {
    const consumer = await this.broker.js.consumers.get(EVENT_STREAM, this.unitOfWork.source);
    const messages = await consumer.consume({ max_messages: PREFETCH, expires: PULL_MS });
    this.#messages = messages;
    const receive = async (): Promise<void> => {
      for await (const message of messages) {
        this.#queue.push(message);
        this.#loop.wake();
      }
    };
    receive()
      .catch((err) => this.logger.warn({ err }, 'consumer: pull ended'))
      .finally(() => {
        // The next pass pulls again; unacknowledged messages are delivered again.
        if (this.#messages === messages) this.#messages = undefined;
      });
  }

  async #process(messages: readonly JsMsg[]): Promise<void> {
    const received: Received[] = [];
    for (const message of messages) {
      const record = await this.#read(message);
      if (record) received.push({ message, record });
    }
    const deliveries = received.flatMap(({ record }) => this.#deliveriesOf(record));
    try {
      await handleAll(this.unitOfWork, deliveries);
    } catch (error) {
      this.logger.debug({ err: error, size: deliveries.length }, 'consumer: batch failed, going one by one');
      for (const { message, record } of received) await this.#processAlone(message, record);
      return;
    }
    for (const { message } of received) message.ack();
  }

  /** Each handler on its own, so that one failing event or handler holds up no other. */
  async #processAlone(message: JsMsg, record: EventRecord): Promise<void> {
    let retryInMs: number | undefined;
    for (const delivery of this.#deliveriesOf(record)) {
      try {
        await handleAll(this.unitOfWork, [delivery]);
      } catch (thrown) {
        const wait = await this.#failed(delivery, thrown, message.info.deliveryCount);
        if (wait !== undefined) retryInMs = Math.max(retryInMs ?? 0, wait);
      }
    }
    if (retryInMs === undefined) message.ack();
    else message.nak(retryInMs);
  }

  /** @returns milliseconds until the next try; `undefined` when the event was parked. */
  async #failed(
    { record, handler }: Delivery,
    thrown: unknown,
    attempts: number,
  ): Promise<number | undefined> {
    const error = AppError.from(thrown);
    const retryable = FAILURES[error.code].settle === 'retry';
    const fields = { err: thrown, eventId: record.id, type: record.type, handler: handler.name, attempts };
    if (retryable && attempts < (this.options.attemptsMax ?? ATTEMPTS_MAX)) {
      this.logger.warn(fields, 'handler failed, will retry');
      const backoff = Math.min(
        RETRY_MAX_MS,
        (this.options.retryBaseMs ?? RETRY_BASE_MS) * 2 ** (attempts - 1),
      );
      return error.retryAfterMs ?? backoff;
    }
    this.logger.error(fields, 'handler failed, event parked');
    await park(this.unitOfWork.database, handler.name, record, thrown, attempts);
    return undefined;
  }

  /** A message that cannot be read will never be: parked at once. */
  async #read(message: JsMsg): Promise<EventRecord | undefined> {
    try {
      return fromMessage(message.subject, message.headers, message.data);
    } catch (thrown) {
      const record: EventRecord = {
        id: message.headers?.get('ce-id') || `${message.info.stream}-${message.seq}`,
        type: message.headers?.get('ce-type') || message.subject,
        source: message.headers?.get('ce-source') || 'unknown',
        workspaceId: PLATFORM,
        occurredAt: new Date(message.time),
        bytes: message.data,
        trace: { correlationId: '', causationId: '', operation: undefined, actor: { kind: 'system' } },
      };
      this.logger.error({ err: thrown, subject: message.subject }, 'unreadable event parked');
      await park(
        this.unitOfWork.database,
        UNREADABLE,
        record,
        new AppError('INVALID_INPUT', String(thrown)),
        1,
      );
      message.ack();
      return undefined;
    }
  }

  #deliveriesOf(record: EventRecord): Delivery[] {
    const handlers = [...(this.#byType.get(record.type) ?? []), ...this.#every];
    return handlers.map((handler) => ({ record, handler }));
  }

  async #clean(): Promise<void> {
    if (Date.now() - this.#cleanedAt < JANITOR_MS) return;
    this.#cleanedAt = Date.now();
    await this.unitOfWork.database.statement(
      `delete from inbox where handled_at < now() - interval '${INBOX_DAYS} days'`,
    );
  }
}
