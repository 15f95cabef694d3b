import type { FetchNode } from '@apollo/query-planner';
import { parse } from 'graphql';
import { askInChunks } from '../graph/chunk-representations.ts';
import { missingKeys } from '../graph/error-places.ts';
import { type SubgraphAnswer, UNAVAILABLE_ANSWER } from '../graph/subgraph-answer.ts';
import type { SubgraphRequest } from '../graph/subgraph-client.ts';
import { type Execution, isJsonObject, type JsonObject, type Place, type Step } from './execution.ts';
import { objectsAt, placesAt } from './flatten-path.ts';
import { isJoined } from './join-fetches.ts';
import { mergeAnswer } from './merge-answer.ts';
import { type CalledPlaces, placeCallErrors } from './place-errors.ts';
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
}

/** @param repeated what more than one place of the plan asks, by `questionOf`. */
export function compileFetch(
  node: FetchNode,
  path: Place,
  possibleTypes: PossibleTypes,
  repeated: ReadonlySet<string>,
): Step {
  const call = callOf(node, path, repeated);
  if (!node.requires) {
    if (path.length > 0) throw new UnsupportedPlan('a fetch below the root that requires nothing');
    return (execution) => fetchRoot(call, execution);
  }
  const representing = compileRepresenting(node.requires, possibleTypes);
  if (!isJoined(node)) {
    return (execution) => fetchEntities(call, representing, objectsAt(execution.data, path), execution);
  }
  const spare = callOf(node.spare, path, repeated);
  const spareRepresenting = compileRepresenting(node.spare.requires ?? [], possibleTypes);
  return async (execution) => {
    const entities = objectsAt(execution.data, path);
    const isWhole = (entity: JsonObject): boolean => representing.nameOf(entity) !== undefined;
    const others = entities.filter((entity) => !isWhole(entity));
    const whole = others.length === 0 ? entities : entities.filter(isWhole);
    await Promise.all([
      fetchEntities(call, representing, whole, execution),
      fetchEntities(spare, spareRepresenting, others, execution),
    ]);
  };
}

function callOf(node: FetchNode, path: Place, repeated: ReadonlySet<string>): Call {
  if (node.inputRewrites?.length || node.outputRewrites?.length || node.contextRewrites?.length) {
    throw new UnsupportedPlan('rewrites');
  }
  const variableNames = node.variableUsages ?? [];
  // The planner gives the representations this name; a client's variable of that name would be lost.
  if (node.requires && variableNames.includes('representations')) {
    throw new UnsupportedPlan('a variable $representations');
  }
  const keys = missingKeys(node.operationDocumentNode ?? parse(node.operation, { noLocation: true }));
  const id = questionOf(node);
  return {
    subgraph: node.serviceName,
    query: node.operation,
    operationName: node.operationName,
    variableNames,
    keys,
    path,
    shared: repeated.has(id) ? { id, keys } : undefined,
  };
}

/** A fetch's subgraph, words and keys, without the number that the planner gives each fetch. */
export function questionOf({ serviceName, operation, operationName, requires }: FetchNode): string {
  const words = operationName ? operation.replace(` ${operationName}`, '') : operation;
  return `${serviceName} ${words} ${JSON.stringify(requires ?? [])}`;
}

async function fetchRoot(call: Call, execution: Execution): Promise<void> {
  const answer = await ask(call, usedVariables(call, execution), execution);
  const { data, errors = [] } = hasContent(answer) ? answer : UNAVAILABLE_ANSWER;
  execution.errors.push(...placeCallErrors(errors, call.subgraph, call.keys, undefined));
  if (data) mergeAnswer(execution.data, data);
}

async function fetchEntities(
  call: Call,
  representing: Representing,
  entities: readonly JsonObject[],
  execution: Execution,
): Promise<void> {
  const { named, targets } = gather(entities, representing);
  if (named.size === 0) return;
  const send = (representations: readonly JsonObject[]): Promise<SubgraphAnswer> =>
    ask(call, { ...usedVariables(call, execution), representations }, execution);
  const { shared } = call;
  const answer = await (shared && execution.isShareable
    ? execution.entities.ask(shared, named, send)
    : send([...named.values()]));
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

/** Equal representations are asked for once; the answer goes to all the entities they stand for. */
function gather(
  entities: readonly JsonObject[],
  { nameOf, represent }: Representing,
): { named: NamedRepresentations; targets: JsonObject[][] } {
  const known = new Map<string, JsonObject[]>();
  const named = new Map<string, JsonObject>();
  for (const entity of entities) {
    const name = nameOf(entity);
    if (name === undefined) continue;
    const targets = known.get(name);
    if (targets) {
      targets.push(entity);
      continue;
    }
    const representation = represent(entity);
    if (!representation) continue;
    known.set(name, [entity]);
    named.set(name, representation);
  }
  return { named, targets: [...known.values()] };
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

function ask(call: Call, variables: JsonObject, execution: Execution): Promise<SubgraphAnswer> {
  const source = execution.sources.get(call.subgraph);
  if (!source) throw new Error(`No source for the subgraph "${call.subgraph}"`);
  const request: SubgraphRequest = { query: call.query, variables, operationName: call.operationName };
  const { context, isShareable } = execution;
  return askInChunks(request, (part) => source.ask(part, context, { isShareable }));
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
