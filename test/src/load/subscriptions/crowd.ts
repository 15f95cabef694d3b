import { idTime } from '@switchboard/ids';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { until } from '../../house/until.ts';

const QUERY = 'subscription { smsStatusChanged { id status to body createdAt } }';
const CONNECTING_AT_ONCE = 50;
const CONNECTED_MS = 60_000;

/** Many subscribers, each with a connection of its own. */
export class Crowd {
  readonly #clients: Client[] = [];
  #latenciesMs: number[] = [];
  #connected = 0;
  #lost = 0;

  constructor(private readonly url: string) {}

  /** Values told since the last `take`. */
  get told(): number {
    return this.#latenciesMs.length;
  }

  /** Streams that ended by themselves. */
  get lost(): number {
    return this.#lost;
  }

  /** @param credentials one for each subscriber. Resolves once all are connected and have asked. */
  async join(credentials: readonly string[]): Promise<void> {
    for (let start = 0; start < credentials.length; start += CONNECTING_AT_ONCE) {
      const batch = credentials.slice(start, start + CONNECTING_AT_ONCE);
      for (const credential of batch) this.#add(credential);
      const all = start + batch.length;
      await until('subscribers to connect', async () => this.#connected + this.#lost >= all, CONNECTED_MS);
    }
  }

  /** @returns from the statement of each fact until a subscriber had it, in milliseconds. */
  take(): readonly number[] {
    const latencies = this.#latenciesMs;
    this.#latenciesMs = [];
    return latencies;
  }

  async leave(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.dispose()));
  }

  #add(credential: string): void {
    const client = createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${credential}` },
      retryAttempts: 0,
      on: { connected: () => (this.#connected += 1) },
    });
    client.subscribe(
      { query: QUERY },
      {
        next: ({ extensions }) => {
          const { eventId } = (extensions ?? {}) as { readonly eventId?: string };
          // An event's id carries the moment it was stated; one machine, so one clock.
          const statedAt = idTime(eventId ?? '');
          if (statedAt !== undefined) this.#latenciesMs.push(Date.now() - statedAt);
        },
        error: () => (this.#lost += 1),
        complete: () => {},
      },
    );
    this.#clients.push(client);
  }
}
