import type { FetchNode } from '@apollo/query-planner';
import { askInChunks } from '../graph/chunk-representations.ts';
import { missingKeys } from '../graph/error-places.ts';
import type { NodeQuestions } from '../graph/node-questions.ts';
import { type SubgraphAnswer, UNAVAILABLE_ANSWER } from '../graph/subgraph-answer.ts';
import type { SubgraphRequest } from '../graph/subgraph-client.ts';
import { OWN_SUBGRAPH } from '../graph/supergraph.ts';
import type { Execution, Place, Step } from './execution.ts';
import { objectsAt, placesAt } from './flatten-path.ts';
import { isJoined } from './join-fetches.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import type { Lesson } from './known-entities.ts';
import { mergeAnswer } from './merge-answer.ts';
import type { NodeFetch } from './node-fetches.ts';
import { type CalledPlaces, placeCallErrors } from './place-errors.ts';
import { documentOf, questionOf } from './questions.ts';
import { compileRepresenting, type PossibleTypes, type Representing } from './representations.ts';
import type { NamedRepresentations, SharedQuestion } from './shared-entities.ts';
import { UnsupportedPlan } from './unsupported-plan.ts';

/** One question to one subgraph, at the root or about the entities at a path. */
interface Call {
  readonly subgraph: string;
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variableNames: readonly string[];
  /** Of the fields it asks for. */
  readonly keys: readonly string[];
  readonly path: Place;
  /** Set where other places of the plan ask the same. */
  readonly shared: SharedQuestion | undefined;
  readonly lesson: Lesson | undefined;
}

/** What the compiled parts of one plan have in common. */
export interface PlanFacts {
  readonly possibleTypes: PossibleTypes;
  /** What more than one place of the plan asks, or is told before it asks; by `questionOf`. */
  readonly shared: ReadonlySet<string>;
  readonly lessons: ReadonlyMap<FetchNode, Lesson>;
  readonly nodes: readonly NodeFetch[];
}

/** A fetch about nodes, ready to be sent before the place is reached that it stands at. */
interface NodeCall {
  readonly key: string;
  readonly typeName: string;
  readonly call: Call;
  readonly representing: Representing;
}

export function compileFetch(node: FetchNode, path: Place, facts: PlanFacts): Step {
  const { possibleTypes } = facts;
  const call = callOf(node, path, facts);
  if (!node.requires) {
    if (path.length > 0) throw new UnsupportedPlan('a fetch below the root that requires nothing');
    const nodeCalls = node.serviceName === OWN_SUBGRAPH ? nodeCallsOf(facts) : [];
    return (execution) => fetchRoot(call, execution, nodeQuestions(nodeCalls, execution));
  }
  const representing = compileRepresenting(node.requires, possibleTypes);
  if (!isJoined(node)) {
    return (execution) =>
      fetchEntities(call, gather(objectsAt(execution.data, path), representing), execution);
  }
  const spare = callOf(node.spare, path, facts);
  const spareRepresenting = compileRepresenting(node.spare.requires ?? [], possibleTypes);
  return async (execution) => {
    const gathered = gather(objectsAt(execution.data, path), representing);
    await Promise.all([
      fetchEntities(call, gathered, execution),
      fetchEntities(spare, gather(gathered.lacking, spareRepresenting), execution),
    ]);
  };
}

function callOf(node: FetchNode, path: Place, { shared, lessons }: PlanFacts): Call {
  if (node.inputRewrites?.length || node.outputRewrites?.length || node.contextRewrites?.length) {
    throw new UnsupportedPlan('rewrites');
  }
  const variableNames = node.variableUsages ?? [];
  // The planner gives the representations this name; a client's variable of that name would be lost.
  if (node.requires && variableNames.includes('representations')) {
    throw new UnsupportedPlan('a variable $representations');
  }
  const keys = missingKeys(documentOf(node));
  const id = questionOf(node);
  return {
    subgraph: node.serviceName,
    query: node.operation,
    operationName: node.operationName,
    variableNames,
    keys,
    path,
    shared: shared.has(id) ? { id, keys } : undefined,
    lesson: lessons.get(node),
  };
}

function nodeCallsOf(facts: PlanFacts): NodeCall[] {
  return facts.nodes.map(({ key, typeName, fetch }) => ({
    key,
    typeName,
    call: callOf(fetch, [key], facts),
    representing: compileRepresenting(fetch.requires ?? [], facts.possibleTypes),
  }));
}

/** Whoever finds nodes asks what the plan asks next; the plan then finds it answered. */
function nodeQuestions(calls: readonly NodeCall[], execution: Execution): NodeQuestions | undefined {
  if (calls.length === 0 || !execution.isShareable) return undefined;
  return {
    ask(key, owner, stubs) {
      const [first] = stubs;
      const asked = calls.find(
        ({ call, ...about }) =>
          about.key === key && call.subgraph === owner && about.typeName === first?.__typename,
      );
      if (!asked) return undefined;
      const entities = stubs.map((stub): JsonObject => ({ ...stub }));
      return askEntities(asked.call, gather(entities, asked.representing).named, execution);
    },
  };
}

async function fetchRoot(call: Call, execution: Execution, nodes: NodeQuestions | undefined): Promise<void> {
  const answer = await ask(call, usedVariables(call, execution), execution, nodes);
  learn(call, answer, execution);
  const { data, errors = [] } = hasContent(answer) ? answer : UNAVAILABLE_ANSWER;
  execution.errors.push(...placeCallErrors(errors, call.subgraph, call.keys, undefined));
  if (data) mergeAnswer(execution.data, data);
}

async function fetchEntities(call: Call, { named, targets }: Gathered, execution: Execution): Promise<void> {
  if (named.size === 0) return;
  const answer = await askEntities(call, named, execution);
  learn(call, answer, execution);
  const places = lazily(() => calledPlaces(execution.data, call.path, targets));
  const fail = (errors: SubgraphAnswer['errors'] = []): void => {
    execution.errors.push(...placeCallErrors(errors, call.subgraph, call.keys, places));
  };
  fail(answer.errors);
  const answered = answer.data?._entities;
  if (!Array.isArray(answered) || answered.length !== named.size) {
    // Nobody said why, or what came cannot be told apart: the subgraph speaks nonsense.
    if (!answer.errors?.length) fail(UNAVAILABLE_ANSWER.errors);
    return;
  }
  for (const [index, entity] of answered.entries()) {
    if (!isJsonObject(entity)) continue;
    for (const target of targets[index] ?? []) mergeAnswer(target, entity);
  }
}

/** Answers in the order of the names. */
function askEntities(call: Call, named: NamedRepresentations, execution: Execution): Promise<SubgraphAnswer> {
  const send = (representations: readonly JsonObject[]): Promise<SubgraphAnswer> =>
    ask(call, { ...usedVariables(call, execution), representations }, execution);
  const { shared } = call;
  if (!shared || !execution.isShareable) return send([...named.values()]);
  return execution.entities.ask(shared, named, send);
}

/** Entities that are to be asked for. */
interface Gathered {
  readonly named: NamedRepresentations;
  /** In the order of the representations: all the objects that each of them stands for. */
  readonly targets: readonly (readonly JsonObject[])[];
  /** Those that lack what is required. */
  readonly lacking: readonly JsonObject[];
}

/** Equal representations are asked for once; the answer goes to all the entities they stand for. */
function gather(entities: readonly JsonObject[], { nameOf, represent }: Representing): Gathered {
  const known = new Map<string, JsonObject[]>();
  const named = new Map<string, JsonObject>();
  const lacking: JsonObject[] = [];
  for (const entity of entities) {
    const name = nameOf(entity);
    const targets = name === undefined ? undefined : known.get(name);
    if (targets) {
      targets.push(entity);
      continue;
    }
    const representation = name === undefined ? null : represent(entity);
    if (name === undefined || !representation) {
      lacking.push(entity);
      continue;
    }
    known.set(name, [entity]);
    named.set(name, representation);
  }
  return { named, targets: [...known.values()], lacking };
}

function calledPlaces(
  data: JsonObject,
  path: Place,
  targets: readonly (readonly JsonObject[])[],
): CalledPlaces {
  const byIndex: Place[][] = targets.map(() => []);
  const indices = new Map(targets.flatMap((entities, index) => entities.map((entity) => [entity, index])));
  const all: Place[] = [];
  for (const [place, entity] of placesAt(data, path)) {
    const index = indices.get(entity);
    if (index === undefined) continue;
    all.push(place);
    byIndex[index]?.push(place);
  }
  return { all, of: (index) => byIndex[index] ?? [] };
}

function ask(
  call: Call,
  variables: JsonObject,
  execution: Execution,
  nodes?: NodeQuestions,
): Promise<SubgraphAnswer> {
  const source = execution.sources.get(call.subgraph);
  if (!source) throw new Error(`No source for the subgraph "${call.subgraph}"`);
  const request: SubgraphRequest = { query: call.query, variables, operationName: call.operationName };
  const { context, isShareable } = execution;
  return askInChunks(request, (part) => source.ask(part, context, { isShareable, nodes }));
}

function learn(
  { lesson }: Call,
  { data, errors }: SubgraphAnswer,
  { isShareable, entities }: Execution,
): void {
  // After an error nobody knows which of the values would have been others.
  if (lesson && isShareable && data && !errors?.length) lesson.teach(data, entities);
}

function usedVariables({ variableNames }: Call, { sentVariables }: Execution): JsonObject {
  const used: JsonObject = {};
  for (const name of variableNames) {
    const value = Object.hasOwn(sentVariables, name) ? sentVariables[name] : undefined;
    if (value !== undefined) used[name] = value;
  }
  return used;
}

function hasContent({ data, errors }: SubgraphAnswer): boolean {
  return isJsonObject(data) || (errors !== undefined && errors.length > 0);
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
