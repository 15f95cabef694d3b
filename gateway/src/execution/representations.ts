import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { isJsonObject, type JsonObject } from './execution.ts';
import { mergeAnswer } from './merge-answer.ts';
import { UnsupportedPlan } from './unsupported-plan.ts';

/** Every type, by name, that a value may have where `typeName` is demanded. */
export type PossibleTypes = (typeName: string) => ReadonlySet<string>;

/** Takes from an entity what names it in another subgraph, and what that one requires; null when it lacks it. */
export type Represent = (entity: JsonObject) => JsonObject | null;

type Take = (entity: JsonObject, into: JsonObject) => boolean;

export function compileRepresentation(
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
