import { invalidInput } from '@switchboard/errors';
import {
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { CostRules, ListSizeRule } from './cost-rules.ts';

const MUTATION_WEIGHT = 10;
const OBJECT_WEIGHT = 1;
const INTROSPECTION_WEIGHT = 1;
/** Length of a list that nothing is known of. */
const LIST_SIZE = 10;

/** One operation of a validated document. */
export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** How long the lists named are, by what the field above them was asked for. */
interface Sized {
  readonly fields: readonly string[];
  readonly size: number;
}

/**
 * What an operation costs at most, in points, before any of it runs. A mutation costs 10, an object 1, a value
 * nothing; `@cost` replaces these, a list counts as many times as it may be long. Of an interface's types the dearest
 * counts. Fields that are skipped cost nothing, and fields that merge count once.
 * @throws AppError INVALID_INPUT where a list demands one argument that says how long it is.
 */
export function costOfOperation(costed: CostedOperation, rules: CostRules): number {
  const { schema, operation, fragments, variables } = costed;
  const root = schema.getRootType(operation.operation);
  return root ? costOfSelections([operation.selectionSet], root, undefined) : 0;

  function costOfSelections(
    sets: readonly SelectionSetNode[],
    type: GraphQLCompositeType,
    sized: Sized | undefined,
  ): number {
    return Math.max(
      0,
      ...distinctTypes(sets, type).map((objectType) => {
        const fields = new Map<string, FieldNode[]>();
        for (const set of sets) collect(set, objectType, fields, new Set());
        return [...fields.values()].reduce((sum, nodes) => sum + costOfField(nodes, objectType, sized), 0);
      }),
    );
  }

  function costOfField(
    nodes: readonly FieldNode[],
    parent: GraphQLObjectType,
    sized: Sized | undefined,
  ): number {
    const [node] = nodes;
    if (!node || node.name.value === '__typename') return 0;
    const field = parent.getFields()[node.name.value];
    if (!field) return INTROSPECTION_WEIGHT;
    const coordinate = `${parent.name}.${field.name}`;
    const rule = rules.listSizes.get(coordinate);
    const length = rule && lengthOf(rule, node, field);
    const below =
      rule && length !== undefined && rule.sizedFields.length > 0
        ? { fields: rule.sizedFields, size: length }
        : undefined;
    const named = getNamedType(field.type);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const members = isCompositeType(named) ? costOfSelections(sets, named, below) : 0;
    const member = rules.weights.get(named.name) ?? (isCompositeType(named) ? OBJECT_WEIGHT : 0);
    const own = rules.weights.get(coordinate);
    const extra = costOfArguments(node.arguments ?? [], coordinate);
    if (isList(field.type)) {
      const inherited = sized?.fields.includes(field.name) ? sized.size : undefined;
      const count = inherited ?? (below ? undefined : length) ?? LIST_SIZE;
      return (own ?? 0) + extra + count * (member + members);
    }
    const weight = parent === schema.getMutationType() ? MUTATION_WEIGHT : member;
    return (own ?? weight) + extra + members;
  }

  function costOfArguments(given: readonly ArgumentNode[], coordinate: string): number {
    return given.reduce((sum, { name }) => sum + (rules.weights.get(`${coordinate}.${name.value}`) ?? 0), 0);
  }

  function lengthOf(rule: ListSizeRule, node: FieldNode, field: GraphQLField<unknown, unknown>): number {
    const given = rule.slicingArguments.flatMap((name) => {
      const written = node.arguments?.find((argument) => argument.name.value === name)?.value;
      const value = written
        ? scalarOf(written)
        : field.args.find((argument) => argument.name === name)?.defaultValue;
      return typeof value === 'number' && Number.isFinite(value) ? [Math.max(0, value)] : [];
    });
    if (rule.slicingArguments.length > 0 && rule.requireOneSlicingArgument && given.length !== 1) {
      const names = rule.slicingArguments.map((name) => `"${name}"`).join(', ');
      throw invalidInput(`"${field.name}" needs exactly one of ${names}.`, {
        argument: rule.slicingArguments[0] ?? '',
      });
    }
    return given.length > 0 ? Math.max(...given) : (rule.assumedSize ?? LIST_SIZE);
  }

  /** Merges fields as GraphQL does: by response key, for one object type. */
  function collect(
    set: SelectionSetNode,
    type: GraphQLObjectType,
    into: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (!isIncluded(selection.directives ?? [])) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        into.set(key, [...(into.get(key) ?? []), selection]);
        continue;
      }
      const name = selection.kind === Kind.FRAGMENT_SPREAD ? selection.name.value : undefined;
      if (name !== undefined && visited.has(name)) continue;
      if (name !== undefined) visited.add(name);
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(name ?? '');
      if (fragment && applies(fragment.typeCondition?.name.value, type)) {
        collect(fragment.selectionSet, type, into, visited);
      }
    }
  }

  function applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = schema.getType(condition);
    return isAbstractType(wanted) && schema.isSubType(wanted, type);
  }

  /** One object type for each way in which the fragments of a selection may apply. */
  function distinctTypes(
    sets: readonly SelectionSetNode[],
    type: GraphQLCompositeType,
  ): readonly GraphQLObjectType[] {
    if (!isAbstractType(type)) return [type];
    const conditions = new Set<string>();
    for (const set of sets) conditionsOf(set, conditions, new Set());
    const kinds = new Map<string, GraphQLObjectType>();
    for (const possible of schema.getPossibleTypes(type)) {
      const kind = [...conditions].filter((condition) => applies(condition, possible)).join();
      if (!kinds.has(kind)) kinds.set(kind, possible);
    }
    return [...kinds.values()];
  }

  function conditionsOf(set: SelectionSetNode, into: Set<string>, visited: Set<string>): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) continue;
      const name = selection.kind === Kind.FRAGMENT_SPREAD ? selection.name.value : undefined;
      if (name !== undefined && visited.has(name)) continue;
      if (name !== undefined) visited.add(name);
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(name ?? '');
      if (fragment?.typeCondition) into.add(fragment.typeCondition.name.value);
      if (fragment) conditionsOf(fragment.selectionSet, into, visited);
    }
  }

  function isIncluded(directives: readonly DirectiveNode[]): boolean {
    return directives.every((directive) => {
      const condition = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
      if (!condition) return true;
      if (directive.name.value === 'skip') return scalarOf(condition) !== true;
      return directive.name.value !== 'include' || scalarOf(condition) !== false;
    });
  }

  /** A number or boolean as the client gave it; anything else says nothing here. */
  function scalarOf(node: ValueNode): unknown {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind === Kind.BOOLEAN) return node.value;
    if (node.kind !== Kind.VARIABLE) return undefined;
    const name = node.name.value;
    if (Object.hasOwn(variables, name) && variables[name] !== undefined) return variables[name];
    const declared = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return declared?.defaultValue && scalarOf(declared.defaultValue);
  }
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
