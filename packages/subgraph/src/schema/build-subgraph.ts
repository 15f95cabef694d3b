import 'reflect-metadata';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, isAbstractType, isObjectType, print } from 'graphql';
import { buildSchemaSync, createResolversMap, getMetadataStorage } from 'type-graphql';
import { type Extensions, idPrefixOf, keysOf, textRuleOf } from '../decorators/metadata.ts';
import type { TextRules } from './check-operation.ts';
import { accessRulesOf, enforceAccess } from './enforce-access.ts';
import { federationDocument, textRulesOf } from './federation-sdl.ts';
import { type References, resolveReferenceOf } from './references.ts';
import { streamRulesOf } from './streams.ts';

// A class as type-graphql takes it.
// biome-ignore lint/complexity/noBannedTypes: type-graphql's own option types say `Function`
type AnyClass = Function;

type ApolloResolvers = NonNullable<
  Extract<Parameters<typeof buildSubgraphSchema>[0], { typeDefs: unknown; resolvers?: unknown }>['resolvers']
>;

export interface SubgraphOptions {
  /** The service's name: audience of identities, name in the supergraph. */
  readonly name: string;
  /** Resolver objects; a class without constructor arguments will do, as when only the SDL is wanted. */
  readonly resolvers: readonly object[];
  /** How each resolvable entity is loaded when another subgraph refers to it. */
  readonly references: References;
  /** Types that no field names, such as entities reached only through `node`. */
  readonly orphanedTypes?: readonly AnyClass[];
}

/** A schema ready to be served, with the document the gateway composes. */
export interface Subgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Federation 2 SDL. */
  readonly sdl: string;
  readonly textRules: TextRules;
}

/**
 * Builds a Federation 2 subgraph from type-graphql classes.
 * @throws Error when a decorator stands where it must not, or an entity has no reference loader.
 */
export function buildSubgraph(options: SubgraphOptions): Subgraph {
  const source = buildSource(options);
  const access = accessRulesOf(source);
  const textRules = textRulesOf(source, textRuleOf);
  const typeDefs = federationDocument(source, { access, text: textRules, streams: streamRulesOf(source) });
  const schema = buildSubgraphSchema({ typeDefs, resolvers: resolversOf(source, options) });
  enforceAccess(schema, access);
  return { name: options.name, schema, sdl: `${print(typeDefs)}\n`, textRules };
}

function buildSource({ resolvers, references, orphanedTypes = [] }: SubgraphOptions): GraphQLSchema {
  const instances = new Map<AnyClass, object>();
  for (const resolver of resolvers) {
    if (typeof resolver === 'function') instances.set(resolver, resolver);
    else instances.set(resolver.constructor, resolver);
  }
  const [first, ...rest] = instances.keys();
  if (!first) throw new Error('A subgraph needs at least one resolver');
  makeLazyClasses();
  return buildSchemaSync({
    resolvers: [first, ...rest],
    orphanedTypes: [...orphanedTypes, ...classesNamed(Object.keys(references))],
    validate: false,
    // type-graphql asks for one as soon as there is a subscription; the gateway runs those, from the event stream.
    pubSub: { publish: () => {}, subscribe: notHere },
    container: {
      get(resolverClass: AnyClass) {
        const known = instances.get(resolverClass);
        if (known && known !== resolverClass) return known;
        const made = new (resolverClass as new () => object)();
        instances.set(resolverClass, made);
        return made;
      },
    },
  });
}

function notHere(): never {
  throw new Error('Subscriptions are run by the gateway');
}

/**
 * `@Query(() => connectionOf(Sms))` makes its class when the thunk is called, which must happen before
 * type-graphql takes its copy of all classes.
 */
function makeLazyClasses(): void {
  const { queries, mutations, fieldResolvers, fields } = getMetadataStorage();
  for (const { getReturnType } of [...queries, ...mutations]) getReturnType();
  for (const { getType } of [...fieldResolvers, ...fields]) getType?.();
}

/** Entities are part of the graph even when no field of this subgraph returns them. */
function classesNamed(names: readonly string[]): AnyClass[] {
  return names.flatMap((name) => {
    const classes = getMetadataStorage().objectTypes.filter((type) => type.name === name);
    return classes.length === 1 ? classes.map(({ target }) => target) : [];
  });
}

function resolversOf(source: GraphQLSchema, { name, references }: SubgraphOptions): ApolloResolvers {
  const resolvers = createResolversMap(source) as Record<string, Record<string, unknown>>;
  for (const type of Object.values(source.getTypeMap())) {
    const members = resolvers[type.name];
    if (!members) continue;
    if (isAbstractType(type)) members.__resolveType = byTypename(members.__resolveType as ResolveType);
    if (!isObjectType(type)) continue;
    const resolvable = keysOf(type.extensions as Extensions).some((key) => key.resolvable);
    const reference = references[type.name];
    if (resolvable && !reference) {
      throw new Error(`${name}: the entity ${type.name} needs a loader in "references"`);
    }
    if (!reference) continue;
    if (!resolvable) throw new Error(`${name}: ${type.name} has a loader but no resolvable @Key`);
    members.__resolveReference = resolveReferenceOf(
      type.name,
      reference,
      idPrefixOf(type.extensions as Extensions),
    );
  }
  for (const typeName of Object.keys(references)) {
    if (!isObjectType(source.getType(typeName))) {
      throw new Error(
        `${name}: "references" names ${typeName}, which no field returns; add it to "orphanedTypes"`,
      );
    }
  }
  return resolvers as ApolloResolvers;
}

type ResolveType = (value: unknown, ...rest: unknown[]) => unknown;

/** Resolvers may return plain objects with a `__typename`; type-graphql alone knows instances only. */
function byTypename(resolveType: ResolveType): ResolveType {
  return (value, ...rest) => {
    const typename =
      value !== null && typeof value === 'object' && '__typename' in value ? value.__typename : undefined;
    return typeof typename === 'string' ? typename : resolveType(value, ...rest);
  };
}
