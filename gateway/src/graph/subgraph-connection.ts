import { type Dispatcher, Pool } from 'undici';

const CONNECTIONS_MAX = 64;
const CONNECT_TIMEOUT_MS = 1_000;
const ANSWER_BYTES_MAX = 8 * 1_024 * 1_024;

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

export interface Reply {
  readonly status: number;
  readonly text: string;
}

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
    });
  }

  /**
   * Posts to `/graphql`; once more, in the time that is left, when the first try got nowhere.
   * @throws Error when there is no answer in time, none at all, or too long a one.
   */
  async post(posting: Posting): Promise<Reply> {
    const signal = AbortSignal.timeout(posting.timeoutMs);
    const response = await this.#request(posting, signal).catch((thrown: unknown) => thrown);
    if (posting.isRepeatable && !signal.aborted && gotNowhere(response)) {
      if (!(response instanceof Error)) await (response as Dispatcher.ResponseData).body.dump();
      return readReply(await this.#request(posting, signal));
    }
    if (response instanceof Error) throw response;
    return readReply(response as Dispatcher.ResponseData);
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

  #request({ body, headers }: Posting, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return this.#pool.request({ method: 'POST', path: '/graphql', headers, body, signal });
  }
}

function gotNowhere(response: unknown): boolean {
  if (response instanceof Error) return UNREACHED_CODES.has(String((response as NodeJS.ErrnoException).code));
  return UNREACHED_STATUSES.has((response as Dispatcher.ResponseData).statusCode);
}

async function readReply({ statusCode, body }: Dispatcher.ResponseData): Promise<Reply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length;
    if (bytes > ANSWER_BYTES_MAX) {
      body.destroy();
      throw new Error(`answer exceeds ${ANSWER_BYTES_MAX} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  return { status: statusCode, text: Buffer.concat(chunks).toString('utf8') };
}
