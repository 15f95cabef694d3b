import {
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLOutputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
} from 'graphql';
import type { VariableValues } from './execution.ts';
import type { JsonObject } from './json-object.ts';

/** A null for which an error was already noted. */
export const FAILED = Symbol('failed');

/** The same, where there may be no null: what stands around it becomes null. */
export const BUBBLES = Symbol('bubbles');

/** A value that the answer must not have, and where; the place is noted from its end. */
export interface ValueFault {
  readonly message: string;
  readonly reversedPlace: (string | number)[];
}

/** What completing one answer needs and notes. */
export interface Completion {
  readonly variables: VariableValues;
  readonly faults: ValueFault[];
  /** Objects that stand in several places are completed once. By number of the place in the operation. */
  readonly completed: Map<JsonObject, unknown>[];
}

/** Brings a value to the form its type promises. */
export type Complete = (value: unknown, completion: Completion) => unknown;

/**
 * The rules of GraphQL, section 6.4.3: null where the type allows it, otherwise around it.
 * @param completeObject for the composite type inside, if there is one.
 */
export function compileCompletion(type: GraphQLOutputType, completeObject: Complete): Complete {
  if (isNonNullType(type)) {
    const complete = compileCompletion(type.ofType, completeObject);
    const message = `Cannot return null for a value of type ${type}.`;
    return (value, completion) => {
      const completed = complete(value, completion);
      if (completed === null) note(completion, message);
      return completed === null || completed === FAILED ? BUBBLES : completed;
    };
  }
  if (isListType(type)) return completeList(type.ofType, completeObject);
  if (isLeafType(type)) return completeLeaf(type);
  return completeObject;
}

function completeList(elementType: GraphQLOutputType, completeObject: Complete): Complete {
  const complete = compileCompletion(elementType, completeObject);
  return (value, completion) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) return refuse(completion, 'A list was promised.');
    const list: unknown[] = new Array(value.length);
    let isInvalid = false;
    for (let index = 0; index < value.length; index += 1) {
      const faultsBefore = completion.faults.length;
      const element = complete(value[index], completion);
      placeFaults(completion, faultsBefore, index);
      if (element === BUBBLES) isInvalid = true;
      list[index] = element === FAILED ? null : element;
    }
    return isInvalid ? FAILED : list;
  };
}

function completeLeaf(type: GraphQLLeafType): Complete {
  const accepts = acceptedBy(type);
  return (value, completion) => {
    if (value === null || value === undefined) return null;
    return accepts(value) ? value : refuse(completion, `Not a value of type ${type}.`);
  };
}

/** What subgraphs serialised stays as it is, if it can be of that type; scalars of our own can be anything. */
function acceptedBy(type: GraphQLLeafType): (value: unknown) => boolean {
  if (isEnumType(type)) return (value) => typeof value === 'string' && type.getValue(value) !== undefined;
  if (!isSpecifiedScalarType(type)) return () => true;
  switch (type.name) {
    case 'Int':
      return (value) => Number.isInteger(value);
    case 'Float':
      return (value) => typeof value === 'number';
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    case 'ID':
      return (value) => typeof value === 'string' || Number.isInteger(value);
    default:
      return (value) => typeof value === 'string';
  }
}

export function refuse(completion: Completion, message: string): typeof FAILED {
  note(completion, message);
  return FAILED;
}

function note(completion: Completion, message: string): void {
  completion.faults.push({ message, reversedPlace: [] });
}

/** Tells the faults found inside a value where that value stands: cheaper than to carry the place along. */
export function placeFaults(completion: Completion, faultsBefore: number, step: string | number): void {
  for (let index = faultsBefore; index < completion.faults.length; index += 1) {
    completion.faults[index]?.reversedPlace.push(step);
  }
}

export function faultErrors(completion: Completion): GraphQLError[] {
  return completion.faults.map(
    ({ message, reversedPlace }) => new GraphQLError(message, { path: reversedPlace.toReversed() }),
  );
}
