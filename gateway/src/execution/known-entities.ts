import type { FetchNode } from '@apollo/query-planner';
import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { includesFields, type PlainFields, plainFieldsIn, takeFields } from './plain-fields.ts';
import { documentOf, questionOf } from './questions.ts';
import { compileRepresenting, type PossibleTypes, type Representing } from './representations.ts';
import type { SharedEntities } from './shared-entities.ts';

/** A question about entities of one type whose answer depends on nothing but the entity. */
interface PlainQuestion {
  readonly id: string;
  readonly subgraph: string;
  readonly typeName: string;
  readonly representing: Representing;
  /** What it asks for, and with the keys: who has all that need not ask. */
  readonly asked: PlainFields;
  readonly needed: PlainFields;
}

/** Where the answer of a fetch holds entities with everything that a question asks about them. */
interface KnownPlace {
  readonly keys: readonly string[];
  readonly question: PlainQuestion;
}

/** What a fetch's answer tells about entities that the plan asks its subgraph about later. */
export interface Lesson {
  /** Of the questions that are answered by it. */
  readonly ids: readonly string[];
  /** @param answer without errors. */
  teach(answer: JsonObject, entities: SharedEntities): void;
}

/** @returns what each fetch of a plan teaches; nothing for most of them. */
export function lessonsIn(
  fetches: readonly FetchNode[],
  possibleTypes: PossibleTypes,
): ReadonlyMap<FetchNode, Lesson> {
  const questions = new Map<string, PlainQuestion>();
  for (const fetch of fetches) {
    const question = plainQuestionOf(fetch, possibleTypes);
    if (question) questions.set(question.id, question);
  }
  const lessons = new Map<FetchNode, Lesson>();
  for (const fetch of fetches) {
    const own = [...questions.values()].filter(({ subgraph }) => subgraph === fetch.serviceName);
    const places = own.length === 0 ? [] : knownPlaces(fetch, own);
    if (places.length > 0) lessons.set(fetch, lessonOf(places));
  }
  return lessons;
}

function lessonOf(places: readonly KnownPlace[]): Lesson {
  return {
    ids: places.map(({ question }) => question.id),
    teach(answer, entities) {
      for (const { keys, question } of places) {
        const known = new Map<string, JsonObject>();
        for (const entity of objectsBehind(answer, keys)) {
          const name = question.representing.nameOf(entity);
          const fields = name !== undefined && !known.has(name) && takeFields(entity, question.asked);
          if (fields) known.set(name, fields);
        }
        entities.learn(question.id, known);
      }
    },
  };
}

function plainQuestionOf(fetch: FetchNode, possibleTypes: PossibleTypes): PlainQuestion | undefined {
  const { requires = [], serviceName: subgraph } = fetch;
  const [required] = requires;
  if (requires.length !== 1 || required?.kind !== 'InlineFragment') return undefined;
  const typeName = required.typeCondition;
  // What implements an interface may answer otherwise than the interface does.
  if (typeName === undefined || possibleTypes(typeName).size > 1) return undefined;
  const [entities] = operationOf(fetch)?.selectionSet.selections ?? [];
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return undefined;
  const asked = plainFieldsIn(entities.selectionSet, typeName);
  if (!asked.isAll) return undefined;
  const byName = new Map(asked.byName);
  for (const key of required.selections) {
    if (key.kind !== 'Field' || key.selections || key.alias) return undefined;
    byName.set(key.name, undefined);
  }
  const representing = compileRepresenting(requires, possibleTypes);
  return { id: questionOf(fetch), subgraph, typeName, representing, asked, needed: { byName, isAll: true } };
}

function knownPlaces(fetch: FetchNode, questions: readonly PlainQuestion[]): KnownPlace[] {
  const root = operationOf(fetch)?.selectionSet;
  return [...(root ? selectionsBelow(root, []) : [])].flatMap(({ keys, set }) =>
    questions
      .filter(({ typeName, needed }) => includesFields(plainFieldsIn(set, typeName), needed))
      .map((question) => ({ keys, question })),
  );
}

interface Selected {
  readonly keys: readonly string[];
  readonly set: SelectionSetNode;
}

/** Every selection of objects below one, but for those that only objects of some types have. */
function* selectionsBelow({ selections }: SelectionSetNode, above: readonly string[]): Generator<Selected> {
  const [only] = selections;
  if (selections.length === 1 && only?.kind === Kind.INLINE_FRAGMENT) {
    // Objects of other types have nothing here, so no key leads to what is meant otherwise.
    yield* selectionsBelow(only.selectionSet, above);
    return;
  }
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD || !selection.selectionSet) continue;
    const keys = [...above, selection.alias?.value ?? selection.name.value];
    yield { keys, set: selection.selectionSet };
    yield* selectionsBelow(selection.selectionSet, keys);
  }
}

function operationOf(fetch: FetchNode): OperationDefinitionNode | undefined {
  return documentOf(fetch).definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
}

/** The objects that keys lead to, through lists. */
function* objectsBehind(value: unknown, keys: readonly string[]): Generator<JsonObject> {
  if (Array.isArray(value)) for (const element of value) yield* objectsBehind(element, keys);
  else if (isJsonObject(value)) {
    const [key, ...rest] = keys;
    if (key === undefined) yield value;
    else yield* objectsBehind(value[key], rest);
  }
}
