import { IDENTITY_HEADER, type IdentitySigner, type RequestIdentity } from '@switchboard/identity';
import {
  currentTraceIfAny,
  defineLevel,
  defineTiming,
  inSpan,
  type Logger,
} from '@switchboard/observability';
import { type BreakerOptions, CircuitBreaker } from './circuit-breaker.ts';
import type { NodeQuestions } from './node-questions.ts';
import { QuestionsUnderWay } from './questions-under-way.ts';
import type { Reply } from './reply-collector.ts';
import type { GatewayContext } from './request-context.ts';
import { DEFECT_ANSWER, parseAnswer, type SubgraphAnswer, UNAVAILABLE_ANSWER } from './subgraph-answer.ts';
import { SubgraphConnection } from './subgraph-connection.ts';

const QUERY_TIMEOUT_MS = 3_000;
const MUTATION_TIMEOUT_MS = 10_000;

const requests = defineTiming(
  'switchboard_subgraph_request_duration_seconds',
  'How long subgraphs took to answer the gateway.',
  ['subgraph'],
);

const breakerOpen = defineLevel(
  'switchboard_subgraph_breaker_open',
  'Whether a subgraph is not asked for the moment, because it did not answer.',
  ['subgraph'],
);

export interface SubgraphRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

export interface AskOptions {
  /** Whether the same question of the same caller, under way at this moment, may answer this one too. */
  readonly isShareable?: boolean;
  /** For the gateway's own subgraph, which finds nodes. */
  readonly nodes?: NodeQuestions | undefined;
}

export interface SubgraphClientOptions {
  readonly queryTimeoutMs?: number;
  readonly mutationTimeoutMs?: number;
  readonly breaker?: BreakerOptions;
}

/** What came of one request. Whoever reads it gets objects of its own: executions go on writing into them. */
type Outcome = () => SubgraphAnswer;

/** Codes that mean the supergraph and the running subgraph disagree; the client cannot have caused them. */
const DRIFT_CODES = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST']);

/** Asks one subgraph: in time, once more if a query got nowhere, and not at all while it is known to be away. */
export class SubgraphClient {
  readonly #connection: SubgraphConnection;
  readonly #breaker: CircuitBreaker;
  readonly #queryTimeoutMs: number;
  readonly #mutationTimeoutMs: number;
  readonly #underWay = new QuestionsUnderWay<Outcome>();

  constructor(
    readonly name: string,
    baseUrl: string,
    private readonly signer: IdentitySigner,
    private readonly logger: Logger,
    options: SubgraphClientOptions = {},
  ) {
    this.#connection = new SubgraphConnection(baseUrl);
    this.#breaker = new CircuitBreaker(options.breaker);
    breakerOpen(0, { subgraph: name });
    this.#queryTimeoutMs = options.queryTimeoutMs ?? QUERY_TIMEOUT_MS;
    this.#mutationTimeoutMs = options.mutationTimeoutMs ?? MUTATION_TIMEOUT_MS;
  }

  /**
   * Sends one operation with an identity signed for this subgraph and body. Queries that got nowhere are sent once
   * more; mutations never are, and never shared.
   * @returns the answer; it never throws, so that a subgraph that is down costs only its own fields.
   */
  ask(request: SubgraphRequest, context: GatewayContext, options: AskOptions = {}): Promise<SubgraphAnswer> {
    const begin = performance.now();
    return inSpan(`subgraph ${this.name}`, 'client', {}, async () => {
      const answer = await this.#ask(request, context, options);
      requests.note({ subgraph: this.name }, outcomeOf(answer), (performance.now() - begin) / 1_000);
      return answer;
    });
  }

  async #ask(
    { query, variables, operationName }: SubgraphRequest,
    context: GatewayContext,
    { isShareable = false }: AskOptions,
  ): Promise<SubgraphAnswer> {
    const body = JSON.stringify({ query, variables, operationName });
    const isMutation = query.startsWith('mutation');
    const workspaceId = workspaceOf(context.identity);
    const send = () => this.#exchange(body, isMutation, context);
    if (isMutation) {
      const outcome = await send();
      // Whoever changed something asks for it next, and must not be told what was read before.
      this.changed(workspaceId);
      return outcome();
    }
    if (!isShareable) return (await send())();
    const question = `${callerOf(context.identity)}${body}`;
    return (await this.#underWay.share(workspaceId, question, send))();
  }

  /** Something of the workspace changed: what is under way answers nobody who asks from now on. */
  changed(workspaceId: string): void {
    this.#underWay.changed(workspaceId);
  }

  /** Whether the subgraph says that it is ready. */
  isReady(timeoutMs: number): Promise<boolean> {
    return this.#connection.isReady(timeoutMs);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #exchange(body: string, isMutation: boolean, context: GatewayContext): Promise<Outcome> {
    if (!this.#breaker.enter()) return () => UNAVAILABLE_ANSWER;
    let reply: Reply;
    try {
      const identity = await this.signer.sign(context.identity, this.name, body);
      reply = await this.#connection.post({
        body,
        // Built from nothing: no header of the client's passes.
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          [IDENTITY_HEADER]: identity,
          traceparent: currentTraceIfAny()?.traceparent ?? context.traceparent,
        },
        timeoutMs: isMutation ? this.#mutationTimeoutMs : this.#queryTimeoutMs,
        isRepeatable: !isMutation,
      });
    } catch (err) {
      return this.#unavailable({ err }, 'subgraph not available');
    }
    return this.#read(reply);
  }

  #read({ status, text }: Reply): Outcome {
    const answer = parseAnswer(text);
    if (!answer || status >= 500) return this.#unavailable({ status }, 'subgraph gave no GraphQL answer');
    if (this.#breaker.succeeded()) {
      breakerOpen(0, { subgraph: this.name });
      this.logger.info({ subgraph: this.name }, 'subgraph is back');
    }
    const drifted = answer.errors?.some(({ extensions }) => DRIFT_CODES.has(String(extensions?.code)));
    if (status === 401 || status === 404 || drifted) {
      this.logger.error(
        { status, subgraph: this.name, errors: answer.errors },
        'subgraph refused the gateway',
      );
      return () => DEFECT_ANSWER;
    }
    let unread: SubgraphAnswer | undefined = answer;
    return () => {
      const own = unread ?? parseAnswer(text) ?? UNAVAILABLE_ANSWER;
      unread = undefined;
      return own;
    };
  }

  #unavailable(details: object, message: string): Outcome {
    this.logger.warn({ ...details, subgraph: this.name }, message);
    if (this.#breaker.failed()) {
      breakerOpen(1, { subgraph: this.name });
      this.logger.warn({ subgraph: this.name }, 'subgraph is away: not asked for a while');
    }
    return () => UNAVAILABLE_ANSWER;
  }
}

/** Made once for the many questions of one request. */
const callers = new WeakMap<RequestIdentity, string>();

/** Everything of an identity that an answer may depend on. */
function callerOf(identity: RequestIdentity): string {
  let caller = callers.get(identity);
  if (caller === undefined) {
    const { actor, operation, clientIp } = identity;
    caller = JSON.stringify([actor, operation, clientIp]);
    callers.set(identity, caller);
  }
  return caller;
}

/** Whose changes the caller sees; the empty text for callers outside every workspace. */
function workspaceOf({ actor }: RequestIdentity): string {
  return actor.kind === 'anonymous' ? '' : (actor.workspaceId ?? '');
}

/** Errors of single fields are the caller's business; that nobody answered, or not as agreed, is the operator's. */
function outcomeOf(answer: SubgraphAnswer): string {
  if (answer === UNAVAILABLE_ANSWER) return 'UNAVAILABLE';
  return answer === DEFECT_ANSWER ? 'INTERNAL' : 'ok';
}
