import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { fragmentsOf } from '../execution/collect-fields.ts';
import { conditionOf } from '../execution/selection-conditions.ts';
import type { Toolbox } from '../tools/toolbox.ts';

type Variables = Readonly<Record<string, unknown>>;

/** A tool that an operation calls. */
export interface CalledTool {
  /** Under this name its answer stands. */
  readonly key: string;
  readonly name: string;
  /** Its arguments as they were sent. */
  readonly input: Variables;
}

/** The fields of an operation's root that are tools and take part, each once. */
export function calledTools(
  toolbox: Toolbox,
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  sent: Variables,
): CalledTool[] {
  const { variableDefinitions = [] } = operation;
  const fields = toolFields(toolbox, document, operation);
  if (fields.length === 0) return [];
  // With variables that are not valid nothing runs, and everything was tried.
  const { coerced } = getVariableValues(schema, variableDefinitions, sent);
  const taking = coerced ? fields.filter(({ isTaken }) => isTaken(coerced)) : fields;
  const byKey = new Map(taking.map(({ node }) => [keyOf(node), node]).reverse() as [string, FieldNode][]);
  const values = { ...defaultsOf(operation), ...sent };
  return [...byKey].reverse().map(([key, node]) => ({
    key,
    name: node.name.value,
    input: Object.fromEntries(
      (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, values)]),
    ),
  }));
}

/** A field of the root, as it stands in the document. */
export interface RootField {
  readonly node: FieldNode;
  /** Whether it takes part, by `@skip` and `@include`. */
  isTaken(variables: Variables): boolean;
}

/** The fields of an operation's root that are tools, wherever its fragments put them. */
export function toolFields(
  toolbox: Toolbox,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): RootField[] {
  const { operation: kind } = operation;
  if (kind === 'subscription') return [];
  const fragments = fragmentsOf(document);
  const found: RootField[] = [];
  const walk = ({ selections }: SelectionSetNode, outer: RootField['isTaken']): void => {
    for (const selection of selections) {
      const condition = conditionOf(selection.directives);
      const isTaken = condition ? (variables: Variables) => outer(variables) && condition(variables) : outer;
      if (selection.kind === Kind.FIELD) {
        if (toolbox.isTool(kind, selection.name.value)) found.push({ node: selection, isTaken });
        continue;
      }
      const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (inner) walk(inner.selectionSet, isTaken);
    }
  };
  walk(operation.selectionSet, () => true);
  return found;
}

function keyOf({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value;
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );
}
