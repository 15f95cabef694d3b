import { Pool } from 'undici';
import { NoReply, type Reply, ReplyCollector } from './reply-collector.ts';

const CONNECTIONS_MAX = 64;
const CONNECT_TIMEOUT_MS = 1_000;

/** The request did not get there, or nobody behind there took it: it may be sent again. */
const UNREACHED_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const UNREACHED_STATUSES = new Set([502, 503, 504]);

export interface Posting {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For everything, a second try included. */
  readonly timeoutMs: number;
  /** Whether a second try does no harm. */
  readonly isRepeatable: boolean;
}

/** A bounded pool of connections to one subgraph. */
export class SubgraphConnection {
  readonly #pool: Pool;

  constructor(baseUrl: string) {
    this.#pool = new Pool(new URL(baseUrl).origin, {
      connections: CONNECTIONS_MAX,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      keepAliveTimeout: 60_000,
      keepAliveMaxTimeout: 600_000,
      // Whoever waits has one clock for everything; two more for each request would cost more than they find.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * Posts to `/graphql`; once more, in the time that is left, when the first try got nowhere.
   * @throws NoReply when there is no answer in time, none at all, or too long a one.
   */
  async post(posting: Posting): Promise<Reply> {
    const startedAt = performance.now();
    const first = await this.#send(posting, posting.timeoutMs).catch((thrown: unknown) => thrown);
    const leftMs = posting.timeoutMs - (performance.now() - startedAt);
    if (posting.isRepeatable && leftMs > 0 && gotNowhere(first)) return this.#send(posting, leftMs);
    if (first instanceof Error) throw first;
    return first as Reply;
  }

  /** Whether the subgraph says that it is ready. */
  async isReady(timeoutMs: number): Promise<boolean> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'GET',
        path: '/health/ready',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #send({ body, headers }: Posting, timeoutMs: number): Promise<Reply> {
    const collector = new ReplyCollector(timeoutMs);
    this.#pool.dispatch({ method: 'POST', path: '/graphql', headers, body }, collector);
    return collector.reply;
  }
}

function gotNowhere(outcome: unknown): boolean {
  if (outcome instanceof NoReply) return !outcome.hasBegun && UNREACHED_CODES.has(outcome.code);
  return UNREACHED_STATUSES.has((outcome as Reply).status);
}
