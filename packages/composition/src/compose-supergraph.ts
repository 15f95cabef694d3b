import { composeServices } from '@apollo/composition';
import { type DocumentNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { ownSdl } from './own-sdl.ts';
import {
  ID_TAG,
  isAccessDirective,
  type NodeType,
  OWN_SUBGRAPH,
  stringArgument,
  tagOf,
} from './supergraph.ts';

/** One service's part of the graph. */
export interface SubgraphDocument {
  readonly name: string;
  readonly sdl: string;
}

export type Composition =
  | { readonly ok: true; readonly supergraphSdl: string }
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Composes the services' subgraphs with the gateway's own. A hint is a fault: most of them announce that a
 * shared type has drifted apart, which silently loses fields.
 */
export function composeSupergraph(subgraphs: readonly SubgraphDocument[]): Composition {
  const unreadable = subgraphs.flatMap(syntaxFault);
  if (unreadable.length > 0) return { ok: false, faults: unreadable };
  const parsed = subgraphs.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl) }));
  const { nodeTypes, faults } = nodeTypesOf(parsed);
  if (faults.length > 0) return { ok: false, faults };

  const own = { name: OWN_SUBGRAPH, typeDefs: parse(ownSdl(nodeTypes)) };
  const composed = composeServices(
    [own, ...parsed].map((subgraph) => ({ ...subgraph, url: `http://${subgraph.name}/graphql` })),
  );
  if (composed.errors) return { ok: false, faults: composed.errors.map((error) => error.message) };
  const hints = composed.hints.map((hint) => `${hint.definition.code}: ${hint.message}`);
  const guarded = guardedInterfaces(parse(composed.supergraphSdl));
  if (hints.length + guarded.length > 0) return { ok: false, faults: [...hints, ...guarded] };
  return { ok: true, supergraphSdl: composed.supergraphSdl };
}

function syntaxFault({ name, sdl }: SubgraphDocument): string[] {
  try {
    parse(sdl);
    return [];
  } catch (thrown) {
    return [`${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`];
  }
}

/** Every node type belongs to the one service that gives its ids a prefix. */
function nodeTypesOf(subgraphs: readonly { readonly name: string; readonly typeDefs: DocumentNode }[]): {
  nodeTypes: NodeType[];
  faults: string[];
} {
  const nodeTypes: NodeType[] = [];
  const faults: string[] = [];
  for (const { name, typeDefs } of subgraphs) {
    for (const type of typeDefs.definitions) {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || !isNode(type)) continue;
      const idPrefix = tagOf(type, ID_TAG);
      if (!idPrefix) continue;
      const typeName = type.name.value;
      const twin = nodeTypes.find((known) => known.idPrefix === idPrefix || known.typeName === typeName);
      if (twin)
        faults.push(
          `${name}.${typeName} (${idPrefix}) clashes with ${twin.owner}.${twin.typeName} (${twin.idPrefix})`,
        );
      if (!hasIdKey(type))
        faults.push(`${name}.${typeName} has an id prefix but no resolvable @key(fields: "id")`);
      nodeTypes.push({ idPrefix, typeName, owner: name });
    }
  }
  const owned = new Set(nodeTypes.map(({ typeName }) => typeName));
  for (const { name, typeDefs } of subgraphs) {
    for (const type of typeDefs.definitions) {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || !isNode(type) || owned.has(type.name.value)) continue;
      faults.push(`${name}.${type.name.value} implements Node, but no service gives it an id prefix`);
    }
  }
  nodeTypes.sort((a, b) => (a.typeName < b.typeName ? -1 : 1));
  return { nodeTypes, faults };
}

function isNode(type: ObjectTypeDefinitionNode): boolean {
  return (type.interfaces ?? []).some(({ name }) => name.value === 'Node');
}

function hasIdKey(type: ObjectTypeDefinitionNode): boolean {
  return (type.directives ?? []).some(
    (directive) =>
      directive.name.value === 'key' &&
      stringArgument(directive, 'fields') === 'id' &&
      !directive.arguments?.some(
        ({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value,
      ),
  );
}

/** An access rule on an interface would make `node` demand every service's scopes at once. */
function guardedInterfaces(supergraph: DocumentNode): string[] {
  return supergraph.definitions.flatMap((type) => {
    if (type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
    const places = [
      { name: type.name.value, directives: type.directives ?? [] },
      ...(type.fields ?? []).map((field) => ({
        name: `${type.name.value}.${field.name.value}`,
        directives: field.directives ?? [],
      })),
    ];
    return places
      .filter(({ directives }) => directives.some((directive) => isAccessDirective(directive.name.value)))
      .map(({ name }) => `${name}: access rules may not stand on interfaces`);
  });
}
