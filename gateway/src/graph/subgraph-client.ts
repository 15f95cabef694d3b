import { IDENTITY_HEADER, type IdentitySigner } from '@switchboard/identity';
import { currentTraceIfAny, defineTiming, inSpan, type Logger } from '@switchboard/observability';
import { type Dispatcher, Pool } from 'undici';
import type { GatewayContext } from './request-context.ts';
import { DEFECT_ANSWER, parseAnswer, type SubgraphAnswer, UNAVAILABLE_ANSWER } from './subgraph-answer.ts';

const CONNECTIONS_MAX = 64;
const CONNECT_TIMEOUT_MS = 1_000;
const QUERY_TIMEOUT_MS = 3_000;
const MUTATION_TIMEOUT_MS = 10_000;
const ANSWER_BYTES_MAX = 8 * 1_024 * 1_024;

const requests = defineTiming(
  'switchboard_subgraph_request_duration_seconds',
  'How long subgraphs took to answer the gateway.',
  ['subgraph'],
);

export interface SubgraphRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/** Codes that mean the supergraph and the running subgraph disagree; the client cannot have caused them. */
const DRIFT_CODES = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST']);

/** Speaks to one subgraph over a bounded pool of connections. */
export class SubgraphClient {
  readonly #pool: Pool;

  constructor(
    readonly name: string,
    baseUrl: string,
    private readonly signer: IdentitySigner,
    private readonly logger: Logger,
  ) {
    this.#pool = new Pool(new URL(baseUrl).origin, {
      connections: CONNECTIONS_MAX,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      keepAliveTimeout: 60_000,
      keepAliveMaxTimeout: 600_000,
    });
  }

  /**
   * Sends one operation with an identity signed for this subgraph and body.
   * @returns the answer; it never throws, so that a subgraph that is down costs only its own fields.
   */
  ask(request: SubgraphRequest, context: GatewayContext): Promise<SubgraphAnswer> {
    const begin = performance.now();
    return inSpan(`subgraph ${this.name}`, 'client', {}, async () => {
      const answer = await this.#ask(request, context);
      requests.note({ subgraph: this.name }, outcomeOf(answer), (performance.now() - begin) / 1_000);
      return answer;
    });
  }

  async #ask(request: SubgraphRequest, context: GatewayContext): Promise<SubgraphAnswer> {
    const { query, variables, operationName } = request;
    const body = JSON.stringify({ query, variables, operationName });
    try {
      const identity = await this.signer.sign(context.identity, this.name, body);
      const response = await this.#pool.request({
        method: 'POST',
        path: '/graphql',
        // Built from nothing: no header of the client's passes.
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          [IDENTITY_HEADER]: identity,
          traceparent: currentTraceIfAny()?.traceparent ?? context.traceparent,
        },
        body,
        signal: AbortSignal.timeout(query.startsWith('mutation') ? MUTATION_TIMEOUT_MS : QUERY_TIMEOUT_MS),
      });
      return this.#read(response.statusCode, await readBounded(response.body));
    } catch (err) {
      this.logger.warn({ err, subgraph: this.name }, 'subgraph not available');
      return UNAVAILABLE_ANSWER;
    }
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

  #read(status: number, text: string): SubgraphAnswer {
    const answer = parseAnswer(text);
    if (!answer || status >= 500) {
      this.logger.warn({ status, subgraph: this.name }, 'subgraph gave no GraphQL answer');
      return UNAVAILABLE_ANSWER;
    }
    const drifted = answer.errors?.some(({ extensions }) => DRIFT_CODES.has(String(extensions?.code)));
    if (status === 401 || status === 404 || drifted) {
      this.logger.error(
        { status, subgraph: this.name, errors: answer.errors },
        'subgraph refused the gateway',
      );
      return DEFECT_ANSWER;
    }
    return answer;
  }
}

/** Errors of single fields are the caller's business; that nobody answered, or not as agreed, is the operator's. */
function outcomeOf(answer: SubgraphAnswer): string {
  if (answer === UNAVAILABLE_ANSWER) return 'UNAVAILABLE';
  return answer === DEFECT_ANSWER ? 'INTERNAL' : 'ok';
}

async function readBounded(body: Dispatcher.ResponseData['body']): Promise<string> {
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
  return Buffer.concat(chunks).toString('utf8');
}
