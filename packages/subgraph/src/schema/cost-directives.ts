import {
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { EXTENSION, type Extensions } from '../decorators/metadata.ts';
import { PAGE_SIZE_DEFAULT } from '../pagination/plan-page.ts';

/** A directive with its arguments as GraphQL literals. */
export interface CostDirective {
  readonly name: 'cost' | 'listSize';
  readonly args: Readonly<Record<string, string>>;
}

const PAGE_ARGUMENTS = ['first', 'last'];
const PAGED_FIELDS = ['edges', 'nodes'];

/**
 * What a field tells the gateway of its cost: its own weight, and how long its list is. A connection is as long as
 * `first` or `last` say, and a page of the default size when neither is given.
 */
export function costDirectivesOf(field: GraphQLField<unknown, unknown>): CostDirective[] {
  const extensions = (field.extensions ?? {}) as Extensions;
  const weight = extensions[EXTENSION.cost] as number | undefined;
  const size = listSizeOf(field, extensions[EXTENSION.listSize] as number | undefined);
  return [
    ...(weight === undefined ? [] : [{ name: 'cost' as const, args: { weight: String(weight) } }]),
    ...(size ? [{ name: 'listSize' as const, args: { ...size, requireOneSlicingArgument: 'false' } }] : []),
  ];
}

function listSizeOf(
  field: GraphQLField<unknown, unknown>,
  declared: number | undefined,
): Record<string, string> | undefined {
  const named = getNamedType(field.type);
  if (isList(field.type)) {
    // A refusal seldom comes with another one.
    const assumed = declared ?? (named.name === 'UserError' ? 1 : undefined);
    return assumed === undefined ? undefined : { assumedSize: String(assumed) };
  }
  if (declared !== undefined) throw new Error(`${field.name}: @ListSize is for lists`);
  const slicing = PAGE_ARGUMENTS.filter((name) => field.args.some((argument) => argument.name === name));
  if (slicing.length === 0 || !isObjectType(named)) return undefined;
  const members = named.getFields();
  const sized = PAGED_FIELDS.filter((name) => members[name] && isList(members[name].type));
  if (sized.length === 0) return undefined;
  return {
    assumedSize: String(PAGE_SIZE_DEFAULT),
    slicingArguments: JSON.stringify(slicing),
    sizedFields: JSON.stringify(sized),
  };
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
