import { randomUUID } from 'node:crypto';
import { type Broker, GATEWAY_RATES } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import { z } from 'zod';
import type { RateAccounts } from './rate-accounts.ts';

const FLUSH_MS = 50;
/** The part of a bucket's points that all gateways together may have given out without having said so. */
const UNTOLD_PART = 0.02;
const PEER_SEEN_MS = 30_000;
const ENTRIES_PER_MESSAGE = 500;

const amounts = z.array(z.tuple([z.string(), z.number()]));
const message = z.object({ from: z.string(), amounts: amounts.default([]) });
type Message = z.infer<typeof message>;

/**
 * Keeps the buckets of several gateways alike. Each gives out points from its own copy, at once, and tells the others
 * in small batches what it gave; a gateway that joins, or was cut off, is told what the others know to be left.
 * Without the broker each goes on alone.
 */
export class SharedRates {
  readonly #instance = randomUUID();
  readonly #untold = new Map<string, number>();
  readonly #peers = new Map<string, number>();
  #broker: Broker | undefined;
  #isLinked = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly accounts: RateAccounts,
    private readonly logger: Logger,
    private readonly clock: () => number = () => performance.now(),
  ) {
    accounts.onTaken = (account, points) => this.#note(account, points);
  }

  /** Starts sharing over a broker that is there. */
  join(broker: Broker): void {
    this.#broker = broker;
    this.#hear(GATEWAY_RATES.taken, ({ amounts }) => {
      for (const [account, points] of amounts) this.accounts.takenElsewhere(account, points);
    });
    this.#hear(GATEWAY_RATES.joined, ({ from }) =>
      this.#publish(`${GATEWAY_RATES.left}.${from}`, this.accounts.levels()),
    );
    for (const whom of [this.#instance, 'all']) {
      this.#hear(`${GATEWAY_RATES.left}.${whom}`, ({ amounts }) => {
        for (const [account, level] of amounts) this.accounts.leftElsewhere(account, level);
      });
    }
    this.#greet();
    void this.#watchLink(broker);
  }

  /** Tells what was not told yet; for the end of the process. */
  close(): void {
    this.#flush();
    this.#isLinked = false;
  }

  async #watchLink(broker: Broker): Promise<void> {
    for await (const { type } of broker.connection.status()) {
      if (type === 'disconnect') this.#isLinked = false;
      if (type === 'reconnect') this.#greet();
    }
  }

  #greet(): void {
    this.#isLinked = true;
    this.#untold.clear();
    // What was given out alone is known to nobody else.
    this.#publish(`${GATEWAY_RATES.left}.all`, this.accounts.levels());
    this.#publish(GATEWAY_RATES.joined, [], true);
  }

  #note(account: string, points: number): void {
    if (!this.#isLinked) return;
    const untold = (this.#untold.get(account) ?? 0) + points;
    this.#untold.set(account, untold);
    const share = (this.accounts.policy.capacity * UNTOLD_PART) / (1 + this.#peerCount());
    if (untold >= share) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const untold = [...this.#untold];
    this.#untold.clear();
    this.#publish(GATEWAY_RATES.taken, untold);
  }

  #publish(subject: string, entries: readonly (readonly [string, number])[], evenIfEmpty = false): void {
    if (!this.#broker || !this.#isLinked || (entries.length === 0 && !evenIfEmpty)) return;
    for (let start = 0; start === 0 || start < entries.length; start += ENTRIES_PER_MESSAGE) {
      const part = entries.slice(start, start + ENTRIES_PER_MESSAGE);
      try {
        this.#broker.connection.publish(subject, JSON.stringify({ from: this.#instance, amounts: part }));
      } catch (err) {
        this.logger.warn({ err }, 'rates: not told');
        return;
      }
    }
  }

  #hear(subject: string, handle: (message: Message) => void): void {
    this.#broker?.connection.subscribe(subject, {
      callback: (error, received) => {
        try {
          if (error) throw error;
          const heard = message.parse(received.json());
          if (heard.from === this.#instance) return;
          this.#peers.set(heard.from, this.clock());
          handle(heard);
        } catch (err) {
          this.logger.warn({ err, subject }, 'rates: message not understood');
        }
      },
    });
  }

  #peerCount(): number {
    const oldest = this.clock() - PEER_SEEN_MS;
    for (const [peer, seenAt] of this.#peers) if (seenAt < oldest) this.#peers.delete(peer);
    return this.#peers.size;
  }
}
