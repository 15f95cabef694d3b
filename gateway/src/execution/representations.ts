import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { mergeAnswer } from './merge-answer.ts';
import { UnsupportedPlan } from './unsupported-plan.ts';

/** Every type, by name, that a value may have where `typeName` is demanded. */
export type PossibleTypes = (typeName: string) => ReadonlySet<string>;

/** Takes from an entity what names it in another subgraph, and what that one requires; null when it lacks it. */
export type Represent = (entity: JsonObject) => JsonObject | null;

/** How the entities of one fetch are named to another subgraph. */
export interface Representing {
  /** The same for equal representations; undefined for an entity that lacks what is required. */
  nameOf(entity: JsonObject): string | undefined;
  represent: Represent;
}

type Take = (entity: JsonObject, into: JsonObject) => boolean;

/** Names most entities without representing them: what stands in many places is then represented once. */
export function compileRepresenting(
  selections: readonly QueryPlanSelectionNode[],
  possibleTypes: PossibleTypes,
): Representing {
  const represent = compileRepresentation(selections, possibleTypes);
  const plain = plainFragment(selections);
  if (!plain) return { represent, nameOf: (entity) => nameByRepresentation(represent(entity)) };
  const { keys, typeCondition } = plain;
  const types = possibleTypes(typeCondition);
  const isOfType = (entity: JsonObject): boolean => types.has(entity.__typename as string);
  // Of one type, an entity is told apart by its key.
  const telling = types.size === 1 ? keys.filter((key) => key !== '__typename') : keys;
  const [only, ...others] = telling;
  if (only !== undefined && others.length === 0) {
    return { represent, nameOf: (entity) => (isOfType(entity) ? nameOfValue(entity[only]) : undefined) };
  }
  return {
    represent,
    nameOf(entity) {
      if (!isOfType(entity)) return undefined;
      let name = '';
      for (const key of telling) {
        const part = nameOfValue(entity[key]);
        if (part === undefined) return undefined;
        // With its length no part can look like two.
        name += `${part.length}:${part}`;
      }
      return name;
    },
  };
}

/** A text cannot look like another value. */
function nameOfValue(value: unknown): string | undefined {
  if (typeof value === 'string') return `"${value}`;
  return value === undefined ? undefined : JSON.stringify(value);
}

function nameByRepresentation(representation: JsonObject | null): string | undefined {
  return representation?.__typename ? JSON.stringify(representation) : undefined;
}

/** A key without parts, of entities of one type: what nearly every fetch requires. */
function plainFragment(
  selections: readonly QueryPlanSelectionNode[],
): { readonly keys: readonly string[]; readonly typeCondition: string } | undefined {
  const [only] = selections;
  if (selections.length !== 1 || only?.kind !== 'InlineFragment' || !only.typeCondition) return undefined;
  const keys: string[] = [];
  for (const field of only.selections) {
    if (field.kind !== 'Field' || field.selections) return undefined;
    keys.push(field.alias ?? field.name);
  }
  // In whatever order they are required: the same entity has the same name.
  return keys.includes('__typename') ? { keys: keys.sort(), typeCondition: only.typeCondition } : undefined;
}

function compileRepresentation(
  selections: readonly QueryPlanSelectionNode[],
  possibleTypes: PossibleTypes,
): Represent {
  const [only] = selections;
  if (selections.length === 1 && only?.kind === 'InlineFragment') return compileFragment(only, possibleTypes);
  const takes = selections.map((selection) => compileSelection(selection, possibleTypes));
  return (entity) => {
    const representation: JsonObject = {};
    for (const take of takes) if (!take(entity, representation)) return null;
    return representation;
  };
}

function compileSelection(selection: QueryPlanSelectionNode, possibleTypes: PossibleTypes): Take {
  if (selection.kind === 'Field') {
    const key = selection.alias ?? selection.name;
    const represent = selection.selections && compileRepresentation(selection.selections, possibleTypes);
    return (entity, into) => {
      const value = entity[key];
      if (value === undefined) return false;
      into[key] = represent ? representValue(value, represent) : value;
      return true;
    };
  }
  const represent = compileFragment(selection, possibleTypes);
  return (entity, into) => {
    mergeAnswer(into, represent(entity) ?? {});
    return true;
  };
}

/** What does not apply, or is not there, is left out: without a `__typename` nobody is asked. */
function compileFragment(selection: QueryPlanSelectionNode, possibleTypes: PossibleTypes): Represent {
  if (selection.kind !== 'InlineFragment' || selection.typeCondition === undefined) {
    throw new UnsupportedPlan(`requires: ${selection.kind} without a type`);
  }
  const types = possibleTypes(selection.typeCondition);
  const represent = compileRepresentation(selection.selections, possibleTypes);
  return (entity) => (types.has(String(entity.__typename)) && represent(entity)) || {};
}

function representValue(value: unknown, represent: Represent): unknown {
  if (Array.isArray(value)) return value.map((element) => representValue(element, represent));
  return isJsonObject(value) ? represent(value) : null;
}
