import { invalidInput } from '@switchboard/errors';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { NodeStream } from '../graph/streams.ts';

/** What a client asked to be told, worked out once for the life of its subscription. */
export interface PlannedSubscription {
  /** The root field, such as `smsReceived`. */
  readonly field: string;
  /** Under what name the client wants it. */
  readonly responseKey: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Asks for one node with everything the client selected; undefined for the gateway's own `events`. */
  readonly query: NodeQuery | undefined;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

export interface NodeQuery {
  readonly text: string;
  /** The variable that takes the node's id. */
  readonly idVariable: string;
  /** The client's variables that the query uses. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Turns a subscription into a query for the node that an event names.
 * @param document valid for the schema. @param variables as the client sent them.
 * @throws AppError INVALID_INPUT when it is no subscription, or its variables do not fit.
 */
export function planSubscription(
  schema: GraphQLSchema,
  streams: ReadonlyMap<string, NodeStream>,
  request: {
    readonly document: DocumentNode;
    readonly operationName: string | undefined;
    readonly variables: Readonly<Record<string, unknown>>;
  },
): PlannedSubscription {
  const { document, operationName } = request;
  const operation = getOperationAST(document, operationName);
  if (!operation) throw invalidInput('The document does not say which operation to run.');
  if (operation.operation !== 'subscription') {
    throw invalidInput('Only subscriptions are served here; send the rest by POST.');
  }
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], { ...request.variables });
  if (coerced.errors) throw invalidInput(coerced.errors[0]?.message ?? 'Variables do not fit.');
  const fragments = fragmentsOf(document);
  const [first, ...same] = rootFields(operation.selectionSet, fragments);
  const definition = first && schema.getSubscriptionType()?.getFields()[first.name.value];
  if (!first || !definition) throw invalidInput('The subscription has no field.');
  const stream = streams.get(first.name.value);
  return {
    field: first.name.value,
    responseKey: first.alias?.value ?? first.name.value,
    args: getArgumentValues(definition, first, coerced.coerced),
    query: stream && nodeQuery(stream, operation, [first, ...same], fragments, request.variables),
    document,
    variables: request.variables,
    operationName,
  };
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
}

/** The root's fields: several nodes of the one field that validation allows, looking through fragments. */
function rootFields({ selections }: SelectionSetNode, fragments: Fragments): FieldNode[] {
  return selections.flatMap((selection): FieldNode[] => {
    if ((selection.directives ?? []).length > 0) {
      throw invalidInput('Directives may not stand on what is subscribed to.');
    }
    if (selection.kind === Kind.FIELD) return [selection];
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return inner ? rootFields(inner.selectionSet, fragments) : [];
  });
}

/** `query { <key>: node(id: $id) { ... on Sms { <what the client selected> } } }` with the fragments it needs. */
function nodeQuery(
  stream: NodeStream,
  operation: OperationDefinitionNode,
  fields: readonly FieldNode[],
  fragments: Fragments,
  variables: Readonly<Record<string, unknown>>,
): NodeQuery {
  const selections = fields.flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
  const used = usedBy(selections, fragments);
  const declared = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.variables.has(variable.name.value),
  );
  let idVariable = 'nodeId';
  while (used.variables.has(idVariable)) idVariable += '_';
  const name = fields[0]?.alias?.value ?? stream.field;
  const head = [`$${idVariable}: ID!`, ...declared.map(print)].join(', ');
  const body = print({ kind: Kind.SELECTION_SET, selections });
  const operationName = operation.name ? ` ${operation.name.value}` : '';
  return {
    text: [
      `query${operationName}(${head}) { ${name}: node(id: $${idVariable}) { ... on ${stream.typeName} ${body} } }`,
      ...used.fragments.map(print),
    ].join('\n'),
    idVariable,
    variables: Object.fromEntries(
      Object.entries(variables).filter(([variable]) => used.variables.has(variable)),
    ),
  };
}

/** The variables and fragments that selections need, directly or through fragments. */
function usedBy(
  selections: readonly SelectionNode[],
  all: Fragments,
): { readonly variables: ReadonlySet<string>; readonly fragments: readonly FragmentDefinitionNode[] } {
  const variables = new Set<string>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  const look = (node: SelectionNode | FragmentDefinitionNode) => {
    visit(node, {
      Variable: ({ name }) => {
        variables.add(name.value);
      },
      FragmentSpread({ name }) {
        const fragment = all.get(name.value);
        if (!fragment || fragments.has(name.value)) return;
        fragments.set(name.value, fragment);
        look(fragment);
      },
    });
  };
  for (const selection of selections) look(selection);
  return { variables, fragments: [...fragments.values()] };
}
