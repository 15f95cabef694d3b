import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';

/** How long a field's list is taken to be, as `@listSize` says. */
export interface ListSizeRule {
  readonly assumedSize: number | undefined;
  /** Arguments that say how long it is; the longest counts. */
  readonly slicingArguments: readonly string[];
  /** Members of the field's type that are as long; the field itself when empty. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** What the directives of a supergraph say about costs, by coordinate: `Type.field`, `Type.field.argument`, `Type`. */
export interface CostRules {
  readonly weights: ReadonlyMap<string, number>;
  readonly listSizes: ReadonlyMap<string, ListSizeRule>;
}

/**
 * Reads `@cost` and `@listSize` of the IBM specification, as Federation 2.9 composes them
 * (https://ibm.github.io/graphql-specs/cost-spec.html).
 */
export function readCostRules(supergraph: DocumentNode): CostRules {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSizeRule>();
  const weigh = (coordinate: string, directives: readonly ConstDirectiveNode[] = []): void => {
    const weight = Number(argumentsOf('cost', directives)?.weight);
    if (Number.isFinite(weight)) weights.set(coordinate, weight);
  };
  for (const type of supergraph.definitions) {
    if (!('name' in type) || !type.name || type.kind === Kind.DIRECTIVE_DEFINITION) continue;
    if ('directives' in type) weigh(type.name.value, type.directives as readonly ConstDirectiveNode[]);
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of type.fields ?? []) {
      const coordinate = `${type.name.value}.${field.name.value}`;
      weigh(coordinate, field.directives);
      for (const argument of field.arguments ?? [])
        weigh(`${coordinate}.${argument.name.value}`, argument.directives);
      const size = argumentsOf('listSize', field.directives ?? []);
      if (size) listSizes.set(coordinate, toListSize(size));
    }
  }
  return { weights, listSizes };
}

function toListSize(given: Readonly<Record<string, unknown>>): ListSizeRule {
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = given;
  return {
    assumedSize: assumedSize === null || assumedSize === undefined ? undefined : Number(assumedSize),
    slicingArguments: namesOf(slicingArguments),
    sizedFields: namesOf(sizedFields),
    requireOneSlicingArgument: requireOneSlicingArgument !== false,
  };
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function argumentsOf(
  name: string,
  directives: readonly ConstDirectiveNode[],
): Readonly<Record<string, unknown>> | undefined {
  const directive = directives.find((one) => one.name.value === name);
  if (!directive) return undefined;
  return Object.fromEntries(
    (directive.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
  );
}
