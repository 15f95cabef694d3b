import { AppError, invalidInput } from '@switchboard/errors';
import { parseId } from '@switchboard/ids';
import { askInChunks } from './chunk-representations.ts';
import type { GatewayContext } from './request-context.ts';
import type { SubgraphAnswer } from './subgraph-answer.ts';
import type { SubgraphRequest } from './subgraph-client.ts';
import type { NodeType } from './supergraph.ts';

/** Who can be asked for entities, by subgraph name. */
export type Owners = ReadonlyMap<
  string,
  { ask(request: SubgraphRequest, context: GatewayContext): Promise<SubgraphAnswer> }
>;

export interface NodeStub {
  readonly __typename: string;
  readonly id: string;
}

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
   * @returns one entry per id, in order. What the owner does not give back is null, whether it never existed
   * or belongs to somebody else. @throws AppError INVALID_INPUT for more than 100 ids.
   */
  async find(ids: readonly string[], context: GatewayContext): Promise<FoundNode[]> {
    if (ids.length > IDS_MAX) {
      throw invalidInput(`Argument "ids" may hold ${IDS_MAX} ids at most.`, { argument: 'ids' });
    }
    const byOwner = new Map<string, NodeStub[]>();
    for (const id of new Set(ids)) {
      const type = this.#byPrefix.get(parseId(id)?.prefix ?? '');
      if (!type) continue;
      const stubs = byOwner.get(type.owner) ?? [];
      byOwner.set(type.owner, [...stubs, { __typename: type.typeName, id }]);
    }
    const found = new Map<string, FoundNode>();
    await Promise.all(
      [...byOwner].map(async ([owner, stubs]) => {
        const answers = await this.#ask(owner, stubs, context);
        for (const [index, stub] of stubs.entries()) found.set(stub.id, answers[index] ?? null);
      }),
    );
    return ids.map((id) => found.get(id) ?? null);
  }

  async #ask(owner: string, stubs: readonly NodeStub[], context: GatewayContext): Promise<FoundNode[]> {
    const client = this.owners.get(owner);
    const request: SubgraphRequest = { query: EXISTS, variables: { representations: stubs } };
    const answer = client && (await askInChunks(request, (part) => client.ask(part, context)));
    const entities = answer?.data?._entities;
    if (!Array.isArray(entities)) return stubs.map(() => unavailable(owner));
    const failed = new Set(answer?.errors?.map(({ path }) => path?.[1]));
    return stubs.map((stub, index) => {
      if (entities[index]) return stub;
      return failed.has(index) ? unavailable(owner) : null;
    });
  }
}

function unavailable(owner: string): AppError {
  return new AppError('UNAVAILABLE', `${owner} did not say whether the node exists`, {
    publicMessage: 'Part of the answer is temporarily unavailable.',
  });
}
