import type { Actor } from '@switchboard/identity';
import {
  type DocumentNode,
  type ExecutionResult,
  executeSync,
  type FieldNode,
  type GraphQLCompositeType,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getVariableValues,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type AccessRules, refusalOf } from './access-rules.ts';
import { conditionOf, type Fragments, typeOfField } from './guarded-fields.ts';

/** The client's request, as it was validated. */
export interface ClientOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly fragments: Fragments;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A field of the operation's root that its caller may not have. */
export interface RefusedRoot {
  readonly error: GraphQLError;
  /** It cannot be null, so the whole answer is. */
  readonly takesAll: boolean;
}

/**
 * Puts the refusals into the answer to what was left of an operation: the client's own operation is executed by
 * GraphQL's rules over the data that came back, and each refused field raises its error where it stands.
 * @param data what the pruned operation gave. @param typenameKey where its objects of abstract types say what they are.
 */
export function withRefusals(
  client: ClientOperation,
  actor: Actor,
  rules: AccessRules,
  data: Readonly<Record<string, unknown>>,
  typenameKey: string,
): ExecutionResult {
  return executeSync({
    schema: client.schema,
    document: client.document,
    operationName: client.operationName ?? null,
    variableValues: client.variables,
    rootValue: data,
    fieldResolver(source: unknown, _args, _context, { parentType, fieldName, path }) {
      const rule = rules.get(`${parentType.name}.${fieldName}`);
      const refusal = rule && refusalOf(rule, actor);
      if (refusal) throw refusal;
      return memberOf(source, path.key);
    },
    typeResolver: (source: unknown) => memberOf(source, typenameKey) as string | undefined,
  });
}

/** The root fields that are refused, where the operation's conditions let them be asked for at all. */
export function refusedRoots(client: ClientOperation, actor: Actor, rules: AccessRules): RefusedRoot[] {
  const { schema, operation, fragments } = client;
  const root = schema.getRootType(operation.operation);
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], client.variables);
  // The executor says what is wrong with the variables; nothing runs then.
  if (!root || !coerced.coerced) return [];
  const found = new Map<string, RefusedRoot>();
  const collect = (selections: SelectionSetNode, parent: GraphQLCompositeType): void => {
    for (const selection of selections.selections) {
      if (!isIncluded(selection, coerced.coerced)) continue;
      if (selection.kind === Kind.FIELD) visitField(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet, conditionOf(schema, parent, selection.typeCondition?.name.value));
      } else {
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet, parent);
      }
    }
  };
  const visitField = (field: FieldNode): void => {
    const key = field.alias?.value ?? field.name.value;
    const rule = rules.get(`${root.name}.${field.name.value}`);
    const refusal = rule && refusalOf(rule, actor);
    if (!refusal || found.has(key)) return;
    const error = new GraphQLError(refusal.message, { nodes: field, path: [key], originalError: refusal });
    found.set(key, { error, takesAll: isNonNullType(typeOfField(root, field)) });
  };
  collect(operation.selectionSet, root);
  return [...found.values()];
}

function isIncluded(node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
}

function memberOf(source: unknown, key: string | number): unknown {
  return source !== null && typeof source === 'object' && Object.hasOwn(source, key)
    ? (source as Readonly<Record<string | number, unknown>>)[key]
    : undefined;
}
