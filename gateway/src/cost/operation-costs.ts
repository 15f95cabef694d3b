import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { CostRules } from './cost-rules.ts';
import { type CostedOperation, costOfOperation } from './operation-cost.ts';

/** Costs kept for one operation. */
const KEPT_MAX = 100;
const KEY_LENGTH_MAX = 200;

/** What is kept of an operation as long as somebody keeps its document. */
interface KnownOperation {
  readonly fragments: CostedOperation['fragments'];
  /** The variables its cost depends on. */
  readonly deciding: readonly string[];
  readonly costs: Map<string, number>;
}

/** Computes what operations cost, once for each document and each set of values of the variables that decide it. */
export class OperationCosts {
  readonly #known = new WeakMap<OperationDefinitionNode, KnownOperation>();
  readonly #slicing: ReadonlySet<string>;

  constructor(private readonly rules: CostRules) {
    this.#slicing = new Set([...rules.listSizes.values()].flatMap((rule) => rule.slicingArguments));
  }

  /** @throws AppError INVALID_INPUT where a list demands one argument that says how long it is. */
  of(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>> = {},
  ): number {
    const known = this.#known.get(operation) ?? this.#learn(document, operation);
    // What is absent takes its default, which null does not.
    const key = JSON.stringify(
      known.deciding.map((name) => variables[name] ?? (name in variables ? null : [])),
    );
    const kept = known.costs.get(key);
    if (kept !== undefined) return kept;
    const { fragments } = known;
    const cost = costOfOperation({ schema, operation, fragments, variables }, this.rules);
    if (known.costs.size >= KEPT_MAX) known.costs.clear();
    if (key.length <= KEY_LENGTH_MAX) known.costs.set(key, cost);
    return cost;
  }

  #learn(document: DocumentNode, operation: OperationDefinitionNode): KnownOperation {
    const fragments = document.definitions.filter(
      (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION,
    );
    const deciding = new Set<string>();
    const note = { Variable: ({ name }: { name: { value: string } }) => void deciding.add(name.value) };
    visit(document, {
      Argument: (node) => (this.#slicing.has(node.name.value) ? void visit(node, note) : undefined),
      Directive: (node) => void visit(node, note),
    });
    const known: KnownOperation = {
      fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
      deciding: [...deciding].sort(),
      costs: new Map(),
    };
    this.#known.set(operation, known);
    return known;
  }
}
