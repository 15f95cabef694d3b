import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from 'graphql';
import { hashOf, Random } from './random.ts';

/** What goes wrong, by probability; everything is determined by the seed. */
export interface Weather {
  readonly seed: number;
  readonly nulls: number;
  readonly errors: number;
  /** Of entities that are not found by their key. */
  readonly lost: number;
  /** Subgraphs that do not answer at all. */
  readonly dead: ReadonlySet<string>;
  /** Subgraphs that answer after the others. */
  readonly slow: ReadonlySet<string>;
}

export const CALM: Weather = { seed: 0, nulls: 0, errors: 0, lost: 0, dead: new Set(), slow: new Set() };

export interface MockObject {
  readonly __typename: string;
  /** What its fields depend on: equal objects of any subgraph have equal fields. */
  readonly identity: string;
  readonly [given: string]: unknown;
}

/** The single fields that are keys, by type. */
export type EntityKeys = ReadonlyMap<string, readonly string[]>;

const CODES = ['NOT_FOUND', 'FORBIDDEN', 'RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL_SERVER_ERROR'];
/** Few enough that the same entity is met again and again. */
const ENTITIES = 5;

/** Data that a seed makes up, for any schema: lists, nulls, errors, entities and their stubs. */
export class MockData {
  weather: Weather = CALM;

  constructor(readonly keys: EntityKeys) {}

  readonly resolveType = (value: unknown): string => (value as MockObject).__typename;

  /** Fields of one server that has all the data itself. */
  readonly resolveField: GraphQLFieldResolver<unknown, unknown> = (source, args, _context, info) =>
    this.#field(source, args, info, (entity) => entity);

  /** Fields of one subgraph: an entity that it does not find by its key is nowhere else in its answers either. */
  resolveFieldOf(subgraph: string): GraphQLFieldResolver<unknown, unknown> {
    return (source, args, _context, info) =>
      this.#field(source, args, info, (entity) => this.referenced(entity.__typename, entity, subgraph));
  }

  #field(
    source: unknown,
    args: Readonly<Record<string, unknown>>,
    info: GraphQLResolveInfo,
    find: (entity: MockObject) => MockObject | null,
  ): unknown {
    const root = { __typename: info.parentType.name, identity: info.parentType.name };
    const parent = (source ?? root) as MockObject;
    if (Object.hasOwn(parent, info.fieldName)) return parent[info.fieldName];
    const given = Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1));
    const place = `${parent.identity}.${info.fieldName}(${JSON.stringify(given)})`;
    const random = new Random(hashOf(`${this.weather.seed} ${place}`));
    if (random.chance(this.weather.errors)) {
      throw new GraphQLError(`Refused ${info.fieldName}`, { extensions: { code: random.pick(CODES) } });
    }
    return found(this.#value(info.returnType, place, random, info), this.keys, find);
  }

  /** What a reference leads to. @param askedOf the subgraph, each of which may lose another one. */
  referenced(typeName: string, reference: MockObject, askedOf: string): MockObject | null {
    const key = String(Object.values(reference).find((value) => String(value).startsWith(`${typeName}-`)));
    const random = new Random(hashOf(`${this.weather.seed} ${askedOf} ${key}`));
    if (random.chance(this.weather.errors)) {
      throw new GraphQLError(`Refused ${key}`, { extensions: { code: random.pick(CODES) } });
    }
    return random.chance(this.weather.lost) ? null : { ...reference, ...this.#entity(typeName, key) };
  }

  #value(type: GraphQLOutputType, place: string, random: Random, info: GraphQLResolveInfo): unknown {
    if (isNonNullType(type)) {
      // A value that must be there is missing from time to time as well: a subgraph's own defect.
      if (random.chance(this.weather.nulls / 10)) return null;
      return this.#present(type.ofType, place, random, info);
    }
    return random.chance(this.weather.nulls) ? null : this.#present(type, place, random, info);
  }

  #present(type: GraphQLOutputType, place: string, random: Random, info: GraphQLResolveInfo): unknown {
    if (isListType(type)) {
      return Array.from({ length: random.below(4) }, (_, index) =>
        this.#value(type.ofType, `${place}[${index}]`, random, info),
      );
    }
    if (isEnumType(type)) return random.pick(byName(type.getValues())).value;
    if (isAbstractType(type)) {
      return this.#object(random.pick(byName(info.schema.getPossibleTypes(type))).name, place, random);
    }
    if (isObjectType(type)) return this.#object(type.name, place, random);
    switch (String(type)) {
      case 'Int':
        return random.below(1_000);
      case 'Float':
        return random.below(1_000) / 8;
      case 'Boolean':
        return random.chance(0.5);
      default:
        return `${String(type)}-${random.below(1_000)}`;
    }
  }

  #object(typeName: string, place: string, random: Random): MockObject {
    const key = `${typeName}-${random.below(ENTITIES)}`;
    return this.keys.has(typeName) ? this.#entity(typeName, key) : { __typename: typeName, identity: place };
  }

  #entity(typeName: string, key: string): MockObject {
    const keys = Object.fromEntries((this.keys.get(typeName) ?? []).map((name) => [name, key]));
    return { ...keys, __typename: typeName, identity: `${typeName}:${key}` };
  }
}

/** The entities of a value as they are found. */
function found(value: unknown, keys: EntityKeys, find: (entity: MockObject) => MockObject | null): unknown {
  if (Array.isArray(value)) return value.map((element) => found(element, keys, find));
  const typeName = (value as MockObject | null)?.__typename;
  return typeName !== undefined && keys.has(typeName) ? find(value as MockObject) : value;
}

function byName<T extends { readonly name: string }>(named: readonly T[]): readonly T[] {
  return named.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export function entityKeys(documents: readonly DocumentNode[]): EntityKeys {
  const keys = new Map<string, Set<string>>();
  for (const type of documents.flatMap(({ definitions }) => definitions)) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    for (const directive of type.directives ?? []) {
      const fields = directive.arguments?.find(({ name }) => name.value === 'fields')?.value;
      if (directive.name.value !== 'key' || fields?.kind !== Kind.STRING) continue;
      keys.set(type.name.value, (keys.get(type.name.value) ?? new Set()).add(fields.value));
    }
  }
  return new Map([...keys].map(([type, fields]) => [type, [...fields]]));
}
