import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from 'graphql';

/** Name of the subgraph that runs in the gateway's own process. */
export const OWN_SUBGRAPH = 'gateway';

/** Prefixes of the tags that carry, on a node type, its ids' prefix and its owner through composition. */
export const ID_TAG = 'id-';
export const OWNER_TAG = 'owner-';

/** Where nodes of one kind live. */
export interface NodeType {
  readonly idPrefix: string;
  readonly typeName: string;
  readonly owner: string;
}

/** A composed supergraph, read once. */
export interface LoadedSupergraph {
  /** The SDL Apollo Gateway takes: it refuses access directives, which we enforce ourselves. */
  readonly executableSdl: string;
  /** The document as composed, access directives included. */
  readonly document: DocumentNode;
  /** Other services' subgraphs. */
  readonly subgraphs: readonly string[];
  readonly nodeTypes: readonly NodeType[];
}

const ACCESS_DIRECTIVES = new Set(['authenticated', 'requiresScopes', 'policy']);
const ACCESS_FEATURE = /^https:\/\/specs\.apollo\.dev\/(?:authenticated|requiresScopes|policy)\//;

export function isAccessDirective(name: string): boolean {
  return ACCESS_DIRECTIVES.has(name);
}

export function readSupergraph(sdl: string): LoadedSupergraph {
  const document = parse(sdl);
  return {
    document,
    executableSdl: print(withoutAccess(document)),
    subgraphs: subgraphsOf(document).filter((name) => name !== OWN_SUBGRAPH),
    nodeTypes: nodeTypesOf(document),
  };
}

/** Removed on the syntax tree: a pattern over the text would miss spellings and hit descriptions. */
function withoutAccess(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive(node) {
      const [url] = node.arguments ?? [];
      const isFeature =
        node.name.value === 'link' && url?.value.kind === Kind.STRING && ACCESS_FEATURE.test(url.value.value);
      return isFeature || isAccessDirective(node.name.value) ? null : undefined;
    },
    DirectiveDefinition: (node) => (isAccessDirective(node.name.value) ? null : undefined),
  });
}

function subgraphsOf(document: DocumentNode): string[] {
  const graphs = document.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) return [];
  return (graphs.values ?? []).flatMap((value) =>
    (value.directives ?? []).flatMap((directive) => stringArgument(directive, 'name') ?? []),
  );
}

function nodeTypesOf(document: DocumentNode): NodeType[] {
  return document.definitions.flatMap((node): NodeType[] => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const idPrefix = tagOf(node, ID_TAG);
    const owner = tagOf(node, OWNER_TAG);
    return idPrefix && owner ? [{ idPrefix, typeName: node.name.value, owner }] : [];
  });
}

/** The rest of the first tag that starts with `prefix`. */
export function tagOf(node: ObjectTypeDefinitionNode, prefix: string): string | undefined {
  return (node.directives ?? [])
    .filter((directive) => directive.name.value === 'tag')
    .map((directive) => stringArgument(directive, 'name'))
    .find((name) => name?.startsWith(prefix))
    ?.slice(prefix.length);
}

export function stringArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
