import { createHash } from 'node:crypto';
import type { ApolloGateway } from '@apollo/gateway';
import type { Actor } from '@switchboard/identity';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { GatewayContext } from '../graph/request-context.ts';
import { type AccessRules, refusalOf } from './access-rules.ts';
import { type Fragments, guardedFields } from './guarded-fields.ts';
import { type PrunedOperation, pruneOperation } from './prune-operation.ts';
import { type ClientOperation, refusedRoots, withRefusals } from './refused-answer.ts';

/** Runs one validated operation, as Apollo Server calls it. */
export type Executor = ApolloGateway['executor'];

/** Callers with different scopes leave different operations; more kinds of caller than this share no work. */
const PRUNED_MAX = 16;

/** What is known of one operation of a document; lives as long as Apollo Server remembers the document. */
interface KnownOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  /** Coordinates with a rule that it can reach. */
  readonly guarded: ReadonlySet<string>;
  /** By the coordinates refused. */
  readonly pruned: Map<string, PrunedOperation>;
}

/**
 * Enforces the supergraph's access rules in front of an executor. A field whose rule the caller does not satisfy is
 * not fetched and answers null with an error of its path; the rest of the operation is answered. When a refused field
 * of the root cannot be null, the answer as a whole is, so nothing runs: a mutation must not act without an answer.
 */
export function guardExecutor(execute: Executor, rules: AccessRules): Executor {
  const known = new WeakMap<DocumentNode, Map<string, KnownOperation>>();

  return async (requestContext) => {
    const { document, schema, request } = requestContext;
    const { actor } = (requestContext.context as GatewayContext).identity;
    const found = lookUp(document, schema, request.operationName);
    const refused = found ? refusedOf(found.guarded, actor, rules) : [];
    // Without an operation of that name the executor says so.
    if (!found || refused.length === 0) return execute(requestContext);

    const { operation, fragments } = found;
    const client: ClientOperation = {
      schema,
      document,
      operation,
      fragments,
      operationName: request.operationName,
      variables: request.variables ?? {},
    };
    const roots = refusedRoots(client, actor, rules);
    if (roots.some(({ takesAll }) => takesAll))
      return { data: null, errors: roots.map(({ error }) => error) };

    const pruned = prunedBy(refused, found, document, schema);
    const answer = pruned.isEmpty
      ? { data: {} }
      : await execute({
          ...requestContext,
          document: pruned.document,
          operation: pruned.operation,
          // Plans are kept by it, and this is not the operation that the client's text plans as.
          queryHash: hashOf(requestContext.queryHash, refused),
        });
    if (!answer.data) {
      // Variables that are not valid, or a null that went all the way up.
      return roots.length === 0
        ? answer
        : { ...answer, errors: [...(answer.errors ?? []), ...roots.map(({ error }) => error)] };
    }
    const shown = withRefusals(client, actor, rules, answer.data, pruned.typenameKey);
    const errors = [...(answer.errors ?? []), ...(shown.errors ?? [])];
    // No data at all: the variables are not valid, which nobody has looked at when nothing was fetched.
    if (shown.data === undefined) return { errors };
    return { ...answer, data: shown.data, ...(errors.length > 0 && { errors }) };
  };

  function lookUp(
    document: DocumentNode,
    schema: GraphQLSchema,
    operationName: string | undefined,
  ): KnownOperation | undefined {
    const operations = known.get(document) ?? new Map<string, KnownOperation>();
    known.set(document, operations);
    const remembered = operations.get(operationName ?? '');
    if (remembered) return remembered;
    const operation = getOperationAST(document, operationName);
    if (!operation) return undefined;
    const fragments: Fragments = new Map(
      document.definitions
        .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
        .map((fragment) => [fragment.name.value, fragment]),
    );
    const guarded = guardedFields(schema, operation, fragments, rules);
    const entry: KnownOperation = { operation, fragments, guarded, pruned: new Map() };
    operations.set(operationName ?? '', entry);
    return entry;
  }
}

function refusedOf(guarded: ReadonlySet<string>, actor: Actor, rules: AccessRules): string[] {
  return [...guarded].filter((coordinate) => {
    const rule = rules.get(coordinate);
    return rule && refusalOf(rule, actor);
  });
}

function prunedBy(
  refused: readonly string[],
  { operation, fragments, pruned }: KnownOperation,
  document: DocumentNode,
  schema: GraphQLSchema,
): PrunedOperation {
  const key = refused.join();
  const remembered = pruned.get(key);
  if (remembered) return remembered;
  const made = pruneOperation(schema, document, operation, fragments, new Set(refused));
  if (pruned.size >= PRUNED_MAX) pruned.clear();
  pruned.set(key, made);
  return made;
}

function hashOf(queryHash: string, refused: readonly string[]): string {
  return createHash('sha256').update(queryHash).update(refused.join()).digest('hex');
}
