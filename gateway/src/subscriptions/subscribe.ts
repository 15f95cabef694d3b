import { setTimeout } from 'node:timers/promises';
import { AppError, invalidInput } from '@switchboard/errors';
import { requireScope, type WorkspaceActor } from '@switchboard/identity';
import { parseId } from '@switchboard/ids';
import { type DocumentNode, execute, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import type { NodeStream } from '../graph/streams.ts';
import type { OperationsSeen } from '../operations-seen/operations-seen.ts';
import type { PersistedOperations } from '../persisted/persisted-operations.ts';
import type { SubscriptionGraph } from '../reload/loaded-graph.ts';
import type { Caller } from './caller.ts';
import type { EndReason } from './ended.ts';
import type { EventHub } from './event-hub.ts';
import type { QueueLimits } from './event-queue.ts';
import type { FetchNode, GraphAnswer } from './fetch-node.ts';
import { type PlannedSubscription, planSubscription } from './plan-subscription.ts';
import { type ReadEvents, readBehind } from './resume.ts';
import type { StreamedEvent } from './streamed-event.ts';
import { Subscription, type Told } from './subscription.ts';
import { Turnstile } from './turnstile.ts';
import { isInMode, isVisible, wantedTypes } from './visible-events.ts';

/** What a client sends to subscribe, on either transport. */
export interface SubscribeRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A subscription, and what it was begun with. */
export interface Begun {
  readonly subscription: Subscription;
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
}

export interface SubscriberParts {
  /** What is served now. */
  readonly graph: () => SubscriptionGraph;
  readonly hub: EventHub;
  readonly limits: QueueLimits;
  readonly fetchNode: FetchNode;
  readonly readEvents: ReadEvents;
  readonly persisted: PersistedOperations;
  readonly operationsSeen: OperationsSeen;
}

const DOCUMENTS_MAX = 500;
const DOCUMENT_LENGTH_MAX = 8_192;
const RESUMING_MAX = 8;
/** How long a node may take that is made from the event: a consumer that has fallen behind catches up in this time. */
const MADE_PAUSES_MS = [50, 100, 200, 400, 800, 1_600, 3_200];

/** Turns what clients send into subscriptions. */
export class Subscribing {
  readonly #resuming = new Turnstile(RESUMING_MAX);

  constructor(private readonly parts: SubscriberParts) {}

  /**
   * @returns the subscription, which is in the hub from now on: it must be read to its end or returned.
   * @param ended told when the subscription ends before the client wanted it to.
   * @throws GraphQLError or AppError that says why it is refused.
   */
  begin(caller: Caller, request: SubscribeRequest, ended: (reason: EndReason) => void): Begun {
    const { actor } = caller;
    const unregistered = this.parts.persisted.refusalFor(actor, request.query);
    if (unregistered) {
      throw new AppError('FORBIDDEN', 'not a registered operation', { publicMessage: unregistered.message });
    }
    const graph = this.parts.graph();
    const plan = planSubscription(graph.schema, graph.streams, {
      document: documentOf(request.query, graph),
      operationName: request.operationName ?? undefined,
      variables: request.variables ?? {},
    });
    this.parts.operationsSeen.note(request.query, plan.operationName, actor);
    const stream = graph.streams.get(plan.field);
    if (stream) requireOneOf(stream.scopes, actor);
    const types = stream ? stream.events : wantedTypes(plan.args.types, actor);
    const accepts = (event: StreamedEvent) =>
      (!types || types.has(event.type)) &&
      (stream
        ? isInMode(event, caller.actor) && matches(event, stream, plan.args)
        : isVisible(event, caller.actor));
    const resumeAfter = request.extensions?.resumeAfter;
    if (resumeAfter !== undefined && typeof resumeAfter !== 'string') {
      throw invalidInput('Extension "resumeAfter" must be the id of an event.', { argument: 'resumeAfter' });
    }
    const subscription = new Subscription({
      caller,
      hub: this.parts.hub,
      limits: this.parts.limits,
      types,
      accepts,
      tell: (event) => (stream ? this.#tellNode(event, stream, plan, caller) : tellEvent(event, plan, graph)),
      missed: { data: { [plan.responseKey]: null }, extensions: { resync: true } },
      resume:
        resumeAfter === undefined
          ? undefined
          : () =>
              readBehind(this.parts.readEvents, this.#resuming, {
                eventId: resumeAfter,
                workspaceId: actor.workspaceId,
                wanted: accepts,
              }),
      ended,
    });
    return {
      subscription,
      schema: graph.schema,
      document: plan.document,
      operationName: plan.operationName,
    };
  }

  async #tellNode(
    event: StreamedEvent,
    stream: NodeStream,
    plan: PlannedSubscription,
    caller: Caller,
  ): Promise<Told | undefined> {
    const nodeId = nodeIdOf(event, stream);
    const { query } = plan;
    if (!query || nodeId === undefined) return undefined;
    // What another service makes of an event comes a moment after it.
    const pausesMs = stream.idField === undefined ? MADE_PAUSES_MS : [];
    const fetch = (attempt: number) => this.parts.fetchNode({ event, nodeId, plan, query, caller, attempt });
    const answer = await untilThere(fetch, plan.responseKey, pausesMs);
    // Gone meanwhile, or not for this caller: then there is nothing to tell.
    if (isNothing(answer, plan.responseKey)) return undefined;
    return { ...answer, extensions: { ...answer.extensions, eventId: event.id } };
  }
}

/** @throws GraphQLError when it is too large, or not valid. */
function documentOf(query: string, { schema, admit, documents }: SubscriptionGraph): DocumentNode {
  const known = documents.get(query);
  if (known) return known;
  const [refused] = admit(query);
  if (refused) throw refused;
  const document = parse(query, { noLocation: true });
  const [fault] = validate(schema, document, undefined, { maxErrors: 1 });
  if (fault) {
    throw new GraphQLError(fault.message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  }
  if (query.length <= DOCUMENT_LENGTH_MAX) {
    if (documents.size >= DOCUMENTS_MAX) documents.clear();
    documents.set(query, document);
  }
  return document;
}

async function untilThere(
  fetch: (attempt: number) => Promise<GraphAnswer>,
  responseKey: string,
  pausesMs: readonly number[],
): Promise<GraphAnswer> {
  let answer = await fetch(0);
  for (const [index, pauseMs] of pausesMs.entries()) {
    if (!isNothing(answer, responseKey)) break;
    await setTimeout(pauseMs, undefined, { ref: false });
    answer = await fetch(index + 1);
  }
  return answer;
}

function isNothing({ data, errors }: GraphAnswer, responseKey: string): boolean {
  return !errors?.length && (data?.[responseKey] ?? null) === null;
}

function requireOneOf(alternatives: readonly (readonly string[])[], actor: WorkspaceActor): void {
  const [first] = alternatives;
  if (!first || alternatives.some((scopes) => scopes.every((scope) => actor.scopes.includes(scope)))) return;
  for (const scope of first) requireScope(actor, scope);
}

function nodeIdOf(event: StreamedEvent, { idField, idPrefix }: NodeStream): string | undefined {
  if (idField === undefined) return `${idPrefix}_${parseId(event.id)?.ulid}`;
  const id = event.payload[idField];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** `id` narrows to one node, any other argument to events with that value; what is not given narrows nothing. */
function matches(event: StreamedEvent, stream: NodeStream, args: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(args).every(
    ([name, value]) =>
      value === null ||
      value === undefined ||
      value === (name === 'id' ? nodeIdOf(event, stream) : event.payload[name]),
  );
}

/** `events` is the gateway's own: what is shown stands in the event. */
async function tellEvent(
  event: StreamedEvent,
  { document, operationName, variables, field }: PlannedSubscription,
  { schema }: SubscriptionGraph,
): Promise<Told> {
  const result = await execute({
    schema,
    document,
    operationName,
    variableValues: { ...variables },
    rootValue: { [field]: event.shown },
  });
  if (result.errors) throw new AppError('INTERNAL', `event not shown: ${result.errors[0]?.message}`);
  return { data: result.data, extensions: { eventId: event.id } };
}
