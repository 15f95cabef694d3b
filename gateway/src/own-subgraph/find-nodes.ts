import { AppError, invalidInput } from '@switchboard/errors';
import { parseId } from '@switchboard/ids';
import { askInChunks } from '../graph/chunk-representations.ts';
import type { NodeStub } from '../graph/node-questions.ts';
import type { GatewayContext } from '../graph/request-context.ts';
import type { SubgraphAnswer } from '../graph/subgraph-answer.ts';
import type { SubgraphRequest } from '../graph/subgraph-client.ts';
import type { NodeType } from '../graph/supergraph.ts';

/** Who can be asked for entities, by subgraph name. */
export type Owners = ReadonlyMap<
  string,
  { ask(request: SubgraphRequest, context: GatewayContext): Promise<SubgraphAnswer> }
>;

/** Asks an owner about nodes of one type, as `_entities(representations)`; undefined where there is nothing to ask. */
export type AskOwner = (owner: string, stubs: readonly NodeStub[]) => Promise<SubgraphAnswer> | undefined;

/** A node's place in the answer: the stub, null, or the failure that kept us from knowing. */
export type FoundNode = NodeStub | null | AppError;

const IDS_MAX = 100;
const EXISTS =
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';

/** Finds nodes by id, asking each kind's owner whether the caller may see them. */
export class NodeFinder {
  readonly #byPrefix: ReadonlyMap<string, NodeType>;

  constructor(
    nodeTypes: readonly NodeType[],
    private readonly owners: Owners,
  ) {
    this.#byPrefix = new Map(nodeTypes.map((type) => [type.idPrefix, type]));
  }

  /**
   * @param askOwner asks what the caller wants of the nodes: whoever answers that says that they exist, too. Where it
   * asks nothing, the owner is asked for their existence alone.
   * @returns one entry per id, in order. What the owner does not give back is null, whether it never existed
   * or belongs to somebody else. @throws AppError INVALID_INPUT for more than 100 ids.
   */
  async find(ids: readonly string[], context: GatewayContext, askOwner?: AskOwner): Promise<FoundNode[]> {
    if (ids.length > IDS_MAX) {
      throw invalidInput(`Argument "ids" may hold ${IDS_MAX} ids at most.`, { argument: 'ids' });
    }
    const found = new Map<string, FoundNode>();
    const note = (owner: string, stubs: readonly NodeStub[], answer: SubgraphAnswer | undefined) => {
      const nodes = readNodes(owner, stubs, answer);
      for (const [index, { id }] of stubs.entries()) found.set(id, nodes[index] ?? null);
    };
    const unasked = new Map<string, NodeStub[]>();
    const asked: Promise<void>[] = [];
    for (const [{ owner }, stubs] of this.#byType(ids)) {
      const answer = askOwner?.(owner, stubs);
      if (answer) asked.push(answer.then((told) => note(owner, stubs, told)));
      else unasked.set(owner, [...(unasked.get(owner) ?? []), ...stubs]);
    }
    for (const [owner, stubs] of unasked) {
      asked.push(this.#exist(owner, stubs, context).then((told) => note(owner, stubs, told)));
    }
    await Promise.all(asked);
    return ids.map((id) => found.get(id) ?? null);
  }

  #byType(ids: readonly string[]): ReadonlyMap<NodeType, NodeStub[]> {
    const byType = new Map<NodeType, NodeStub[]>();
    for (const id of new Set(ids)) {
      const type = this.#byPrefix.get(parseId(id)?.prefix ?? '');
      if (!type) continue;
      const stubs = byType.get(type) ?? [];
      stubs.push({ __typename: type.typeName, id });
      byType.set(type, stubs);
    }
    return byType;
  }

  async #exist(
    owner: string,
    stubs: readonly NodeStub[],
    context: GatewayContext,
  ): Promise<SubgraphAnswer | undefined> {
    const client = this.owners.get(owner);
    const request: SubgraphRequest = { query: EXISTS, variables: { representations: stubs } };
    return client && askInChunks(request, (part) => client.ask(part, context));
  }
}

function readNodes(
  owner: string,
  stubs: readonly NodeStub[],
  answer: SubgraphAnswer | undefined,
): FoundNode[] {
  const entities = answer?.data?._entities;
  if (!Array.isArray(entities)) return stubs.map(() => unavailable(owner));
  const failed = new Set<unknown>();
  const partly = new Set<unknown>();
  for (const { path = [] } of answer?.errors ?? []) (path.length > 2 ? partly : failed).add(path[1]);
  return stubs.map((stub, index) => {
    // Whoever fails at a field of a node has found it, even where nothing is left of the node.
    if (entities[index] || partly.has(index)) return stub;
    // An error without a place is about every node.
    return failed.has(index) || failed.has(undefined) ? unavailable(owner) : null;
  });
}

function unavailable(owner: string): AppError {
  return new AppError('UNAVAILABLE', `${owner} did not say whether the node exists`, {
    publicMessage: 'Part of the answer is temporarily unavailable.',
  });
}
