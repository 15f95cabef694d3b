import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  visit,
} from 'graphql';
import type { Executor } from '../access/guard-executor.ts';

/** A name that no client selects by chance; one that does gets an error of the plan, and nothing runs. */
const ALIAS = 'switchboardRefusals_';
const [SELECTION] = (
  parse(`{ ${ALIAS}: userErrors { code message } }`).definitions[0] as OperationDefinitionNode
).selectionSet.selections;

type Request = Parameters<Executor>[0];
type Answer = Awaited<ReturnType<Executor>>;

/** An operation that also asks its tools whether they refuse. */
export interface AskingOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/**
 * The same operation with `userErrors` selected of each of these fields: a client need not select them, and what was
 * refused must not be recorded as done.
 * @param fields of the operation's root, as they stand in the document.
 */
export function selectRefusals(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  fields: readonly FieldNode[],
): AskingOperation {
  const root = schema.getRootType(operation.operation);
  const refusing = new Set(
    fields.filter(({ name }) => {
      const type = getNamedType(root?.getFields()[name.value]?.type);
      return isObjectType(type) && 'userErrors' in type.getFields();
    }),
  );
  if (refusing.size === 0 || !SELECTION) return { document, operation };
  const asking = visit(document, {
    Field: (node) =>
      refusing.has(node)
        ? {
            ...node,
            selectionSet: {
              kind: Kind.SELECTION_SET,
              selections: [...(node.selectionSet?.selections ?? []), SELECTION],
            },
          }
        : undefined,
  });
  return { document: asking, operation: getOperationAST(asking, operation.name?.value) ?? operation };
}

/** The request for such an operation; plans are kept by the hash, and this one plans as another operation. */
export function askingRequest(request: Request, asking: AskingOperation): Request {
  const queryHash = createHash('sha256').update(request.queryHash).update(ALIAS).digest('hex');
  return { ...request, ...asking, queryHash };
}

/** Takes what was asked for besides out of an answer. @returns refusals by the name of their field as well. */
export function takeRefusals(answer: Answer): { answer: Answer; refusals: ReadonlyMap<string, unknown> } {
  const refusals = new Map<string, unknown>();
  if (!answer.data) return { answer, refusals };
  const data = Object.fromEntries(
    Object.entries(answer.data).map(([key, payload]) => {
      if (payload === null || typeof payload !== 'object' || !(ALIAS in payload)) return [key, payload];
      const { [ALIAS]: refused, ...rest } = payload as Record<string, unknown>;
      refusals.set(key, refused);
      return [key, rest];
    }),
  );
  return { answer: { ...answer, data }, refusals };
}
