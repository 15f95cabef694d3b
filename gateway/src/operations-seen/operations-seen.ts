import type { ApolloServerPlugin } from '@apollo/server';
import { normaliseOperation } from '@switchboard/composition/operations';
import type { Actor } from '@switchboard/identity';
import { type Broker, OPERATION_BYTES_MAX, recordOperationSeen } from '@switchboard/messaging';
import { defineCounter, type Logger } from '@switchboard/observability';
import { BoundedCache } from '../cache/bounded-cache.ts';
import type { GatewayContext } from '../graph/request-context.ts';

const DAY_MS = 24 * 3_600_000;
const NOTED_BYTES_MAX = 4 * 1_024 * 1_024;
const WAITING_MAX = 200;
/** After a record that the broker did not confirm. */
const PAUSE_MS = 5_000;

/** How many operations one process records a day. Who has not signed in may not crowd out those who have. */
const RECORDED_MAX = { known: 5_000, anonymous: 200 } as const;

const recorded = defineCounter(
  'switchboard_operations_recorded_total',
  'Operations that clients sent and that were recorded, by what became of the record.',
  ['outcome'],
);

interface Noted {
  readonly key: string;
  readonly query: string;
  readonly operationName: string | undefined;
  readonly from: keyof typeof RECORDED_MAX;
}

/**
 * Tells the broker which operations clients send, so that no change of the graph breaks them unseen: names and
 * shapes, never a literal and never a variable's value. At most once a day each, after the answer, as far as the
 * broker is there and a bounded memory goes; no request waits for it or fails by it.
 */
export class OperationsSeen {
  /** When each document was last recorded here. */
  readonly #noted = new BoundedCache<number>(NOTED_BYTES_MAX, (key) => 2 * key.length + 100);
  /** What was recorded today, by hash: one operation is spelled in many ways. */
  readonly #hashes = new Set<string>();
  readonly #waiting: Noted[] = [];
  readonly #today = { since: 0, known: 0, anonymous: 0 };
  #broker: Broker | undefined;
  #isLinked = false;
  #isWorking = false;

  constructor(
    private readonly logger: Logger,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Starts recording over a broker that is there. */
  join(broker: Broker): void {
    this.#broker = broker;
    this.#isLinked = true;
    void this.#watchLink(broker);
  }

  close(): void {
    this.#isLinked = false;
    for (const noted of this.#waiting.splice(0)) this.#takeBack(noted);
  }

  /** Notes a client's operation. @param query a document that is valid. */
  note(query: string, operationName: string | undefined, actor: Actor): void {
    if (!this.#isLinked || query.length > OPERATION_BYTES_MAX || this.#waiting.length >= WAITING_MAX) return;
    const now = this.clock();
    const key = `${operationName ?? ''}\n${query}`;
    const notedAt = this.#noted.find(key);
    if (notedAt !== undefined && now - notedAt < DAY_MS) return;
    const from = actor.kind === 'anonymous' ? 'anonymous' : 'known';
    if (!this.#isWithinDay(from, now)) return;
    void this.#noted.set(key, now);
    this.#waiting.push({ key, query, operationName, from });
    if (!this.#isWorking) void this.#work();
  }

  /**
   * For Apollo Server: notes what came from outside. What the gateway asks itself, for a tool or a subscription, is made
   * from the schema and follows it.
   */
  plugin(): ApolloServerPlugin<GatewayContext> {
    return {
      requestDidStart: async () => ({
        didResolveOperation: async ({ request, source, operationName, contextValue }) => {
          const isOwn = !request.http || contextValue.isToolCall === true;
          if (!isOwn) this.note(source, operationName ?? undefined, contextValue.identity.actor);
        },
      }),
    };
  }

  #isWithinDay(from: keyof typeof RECORDED_MAX, now: number): boolean {
    if (now - this.#today.since >= DAY_MS) {
      Object.assign(this.#today, { since: now, known: 0, anonymous: 0 });
      this.#hashes.clear();
    }
    if (this.#today[from] >= RECORDED_MAX[from]) return false;
    this.#today[from] += 1;
    return true;
  }

  /** As if it had not been noted: the next request of the kind tries again. */
  #takeBack({ key, from }: Noted): void {
    void this.#noted.delete(key);
    this.#today[from] = Math.max(0, this.#today[from] - 1);
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    try {
      // Requests first: each record waits for a turn of its own.
      await pause(0);
      for (let noted = this.#waiting.shift(); noted; noted = this.#waiting.shift()) {
        if (!(await this.#record(noted))) await pause(PAUSE_MS);
      }
    } finally {
      this.#isWorking = false;
    }
  }

  async #record(noted: Noted): Promise<boolean> {
    const { query, operationName, from } = noted;
    try {
      const operation = normaliseOperation(query, operationName);
      if (!operation || !this.#broker) return true;
      if (this.#hashes.has(operation.hash)) {
        // Another spelling of one that was counted.
        this.#today[from] = Math.max(0, this.#today[from] - 1);
        return true;
      }
      const record = JSON.stringify(operation);
      if (Buffer.byteLength(record) > OPERATION_BYTES_MAX) return true;
      await recordOperationSeen(this.#broker, operation.hash, record);
      this.#hashes.add(operation.hash);
      recorded({ outcome: 'ok' });
      return true;
    } catch (err) {
      recorded({ outcome: 'failed' });
      this.logger.debug({ err }, 'operation not recorded');
      this.#takeBack(noted);
      return false;
    }
  }

  async #watchLink(broker: Broker): Promise<void> {
    for await (const { type } of broker.connection.status()) {
      if (type === 'disconnect') this.close();
      if (type === 'reconnect') this.#isLinked = true;
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
