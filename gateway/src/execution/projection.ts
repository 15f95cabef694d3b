import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import {
  type CollectedField,
  collectFields,
  type Fragments,
  fragmentsOf,
  type SelectedPart,
} from './collect-fields.ts';
import {
  BUBBLES,
  type Complete,
  type Completion,
  compileCompletion,
  FAILED,
  faultErrors,
  placeFaults,
  refuse,
} from './complete-value.ts';
import type { VariableValues } from './execution.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import type { Condition } from './selection-conditions.ts';
import { UnsupportedPlan } from './unsupported-plan.ts';

/** What the client gets, and what was wrong with what subgraphs gave. */
export interface Projected {
  readonly data: JsonObject | null;
  readonly faults: GraphQLError[];
}

export type Project = (data: JsonObject, variables: VariableValues) => Projected;

interface ProjectedField {
  readonly key: string;
  readonly condition: Condition;
  /** Whether it may already be there from an earlier place. */
  readonly isAgain: boolean;
  /** Absent for `__typename`, which takes the type's name. */
  readonly complete: Complete | undefined;
}

/** The fields of objects of one type; `typeName` is absent where it is not known which object type it is. */
interface ProjectedType {
  readonly typeName: string | undefined;
  readonly fields: readonly ProjectedField[];
}

/**
 * Compiles what turns the merged answers of the subgraphs into the answer to the client's operation: its fields in
 * its order, under its aliases, of the types it asked about, with nulls where the schema lets them be.
 * @param schema the one clients see. @throws UnsupportedPlan for introspection.
 */
export function compileProjection(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Project {
  refuseUnsupported(document);
  const root = schema.getRootType(operation.operation);
  if (!root) throw new UnsupportedPlan(`no ${operation.operation} type`);
  const compiler = new ProjectionCompiler(schema, fragmentsOf(document));
  const complete = compiler.object(root, [{ selectionSet: operation.selectionSet, condition: undefined }]);
  return (data, variables) => {
    const completion: Completion = { variables, faults: [], completed: [] };
    const completed = complete(data, completion);
    return { data: isJsonObject(completed) ? completed : null, faults: faultErrors(completion) };
  };
}

function refuseUnsupported(document: DocumentNode): void {
  visit(document, {
    Field({ name, alias }) {
      if (name.value === '__schema' || name.value === '__type') throw new UnsupportedPlan('introspection');
      // Answers are plain objects; a key that every object has would be found where there is none.
      const key = alias?.value ?? name.value;
      if (key in Object.prototype) throw new UnsupportedPlan(`the alias ${key}`);
    },
    Directive({ name }) {
      if (name.value === 'defer' || name.value === 'stream') throw new UnsupportedPlan(name.value);
    },
  });
}

class ProjectionCompiler {
  #objects = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
  ) {}

  /** @param declared what the schema promises; the subgraph's `__typename` says which type it is. */
  object(declared: GraphQLCompositeType, parts: readonly SelectedPart[]): Complete {
    const place = this.#objects;
    this.#objects += 1;
    const byType = new Map<string, ProjectedType | undefined>();
    const projected = (name: string): ProjectedType | undefined => {
      if (!byType.has(name)) byType.set(name, this.#type(name, parts));
      return byType.get(name);
    };
    return (value, completion) => {
      if (value === null || value === undefined) return null;
      if (!isJsonObject(value)) return refuse(completion, `An object of type ${declared} was promised.`);
      completion.completed[place] ??= new Map();
      const known = completion.completed[place].get(value);
      if (known !== undefined) return known;
      const { __typename: typeName } = value;
      const type = projected(typeof typeName === 'string' ? typeName : declared.name);
      if (!type) return refuse(completion, 'An object of an unknown type.');
      const faultsBefore = completion.faults.length;
      const completed = projectObject(type, value, completion);
      // With a fault inside, it is completed at each of its places, so that each is told.
      if (completion.faults.length === faultsBefore) completion.completed[place].set(value, completed);
      return completed;
    };
  }

  #type(name: string, parts: readonly SelectedPart[]): ProjectedType | undefined {
    const type = this.schema.getType(name);
    if (!isCompositeType(type)) return undefined;
    const occurrences = collectFields(parts, type, this.schema, this.fragments);
    const completions = new Map<CollectedField, Complete | undefined>();
    const fields = occurrences.flatMap(({ field, condition }): ProjectedField[] => {
      const isAgain = completions.has(field);
      if (!isAgain) completions.set(field, this.#field(field, type));
      const complete = completions.get(field);
      if (!complete && field.name !== '__typename') return [];
      return [{ key: field.key, condition, isAgain, complete }];
    });
    return { typeName: isObjectType(type) ? type.name : undefined, fields };
  }

  #field({ name, parts }: CollectedField, type: GraphQLCompositeType): Complete | undefined {
    const declared = 'getFields' in type ? type.getFields()[name]?.type : undefined;
    if (!declared) return undefined;
    const inner = getNamedType(declared);
    return compileCompletion(declared, isCompositeType(inner) ? this.object(inner, parts) : () => FAILED);
  }
}

function projectObject(type: ProjectedType, value: JsonObject, completion: Completion): unknown {
  const projected: JsonObject = {};
  for (const { key, condition, isAgain, complete } of type.fields) {
    if (condition && !condition(completion.variables)) continue;
    if (isAgain && Object.hasOwn(projected, key)) continue;
    if (!complete) {
      if (type.typeName === undefined) return FAILED;
      projected[key] = type.typeName;
      continue;
    }
    const faultsBefore = completion.faults.length;
    const completed = complete(value[key], completion);
    if (completion.faults.length > faultsBefore) placeFaults(completion, faultsBefore, key);
    if (completed === BUBBLES) return FAILED;
    projected[key] = completed === FAILED ? null : completed;
  }
  return projected;
}
