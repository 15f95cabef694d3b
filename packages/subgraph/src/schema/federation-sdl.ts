import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  parseConstValue,
  printSchema,
  type StringValueNode,
} from 'graphql';
import {
  cacheOf,
  EXTENSION,
  type Extensions,
  idPrefixOf,
  keysOf,
  requiresOf,
} from '../decorators/metadata.ts';
import { CACHE_DEFINITION, CACHE_DIRECTIVE, CACHE_FEATURE } from './cache-control.ts';
import { argumentCoordinate, inputCoordinate, type TextRules } from './check-operation.ts';
import { costDirectivesOf } from './cost-directives.ts';
import { type AccessRules, accessSentence } from './enforce-access.ts';
import {
  STREAMS_DEFINITION,
  STREAMS_DIRECTIVE,
  STREAMS_FEATURE,
  type StreamRules,
  streamSentence,
} from './streams.ts';

const FEDERATION = 'https://specs.apollo.dev/federation/v2.9';

/** Directives of our own that pass composition, because the gateway reads them from the supergraph. */
const COMPOSED = [
  { name: STREAMS_DIRECTIVE, feature: STREAMS_FEATURE, definition: STREAMS_DEFINITION },
  { name: CACHE_DIRECTIVE, feature: CACHE_FEATURE, definition: CACHE_DEFINITION },
] as const;
type ComposedDirective = (typeof COMPOSED)[number];

/** Prefix of the tag that carries a node type's id prefix through composition. */
export const ID_PREFIX_TAG = 'id-';
/** The tag of fields that agents may call as tools; it passes composition. */
export const TOOL_TAG = 'tool';

/**
 * The Federation 2 document of a schema whose types carry our decorators. Directives are added to the syntax
 * tree from the types' extensions; types stand in alphabetical order so that a moved class changes nothing.
 */
export function federationDocument(
  schema: GraphQLSchema,
  rules: { readonly access: AccessRules; readonly text: TextRules; readonly streams: StreamRules },
): DocumentNode {
  const used = new Set<string>();
  const directive = (name: string, args: Readonly<Record<string, string>> = {}): ConstDirectiveNode => {
    used.add(`@${name}`);
    return directiveNode(name, args);
  };

  const definitions = parse(printSchema(schema)).definitions.map((definition): DefinitionNode => {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) return objectNode(definition);
    if (definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return definition;
    const name = definition.name.value;
    return {
      ...definition,
      fields: (definition.fields ?? []).map((field) =>
        describeLength(field, rules.text.get(inputCoordinate(name, field.name.value))?.maxLength),
      ),
    };
  });
  definitions.sort((a, b) => orderOf(a).localeCompare(orderOf(b), 'en'));

  const composed = COMPOSED.filter(({ name }) => used.delete(`@${name}`));
  if (composed.length > 0) used.add('@composeDirective');
  return {
    kind: Kind.DOCUMENT,
    definitions: [linkNode(used, composed), ...composed.map(({ definition }) => definition), ...definitions],
  };

  function objectNode(node: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
    const type = schema.getType(node.name.value);
    if (!isObjectType(type)) return node;
    const extensions = type.extensions as Extensions;
    const idPrefix = idPrefixOf(extensions);
    const cache = cacheOf(extensions);
    return {
      ...node,
      directives: [
        ...keysOf(extensions).map(({ fields, resolvable }) =>
          directive('key', {
            fields: JSON.stringify(fields),
            ...(!resolvable && { resolvable: 'false' }),
          }),
        ),
        ...(idPrefix ? [directive('tag', { name: JSON.stringify(ID_PREFIX_TAG + idPrefix) })] : []),
        ...(extensions[EXTENSION.shareable] ? [directive('shareable')] : []),
        ...(cache
          ? [
              directive(CACHE_DIRECTIVE, {
                maxAge: String(cache.maxAge),
                ...(cache.droppedBy.length > 0 && { droppedBy: JSON.stringify(cache.droppedBy) }),
                ...(cache.shared && { shared: 'true' }),
              }),
            ]
          : []),
      ],
      fields: (node.fields ?? []).map((field) => fieldNode(node.name.value, field)),
    };
  }

  function fieldNode(typeName: string, node: FieldDefinitionNode): FieldDefinitionNode {
    const fieldName = node.name.value;
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    const extensions = (field?.extensions ?? {}) as Extensions;
    const scopes = rules.access.get(`${typeName}.${fieldName}`);
    const requires = requiresOf(extensions);
    const stream = rules.streams.get(`${typeName}.${fieldName}`);
    const streamed = stream ? describe(node, streamSentence(stream)) : node;
    const described = scopes ? describe(streamed, accessSentence(scopes)) : streamed;
    return {
      ...described,
      arguments: (node.arguments ?? []).map((argument) =>
        describeLength(
          argument,
          rules.text.get(argumentCoordinate(typeName, fieldName, argument.name.value))?.maxLength,
        ),
      ),
      directives: [
        ...(node.directives ?? []),
        ...(extensions[EXTENSION.shareable] ? [directive('shareable')] : []),
        ...(extensions[EXTENSION.external] ? [directive('external')] : []),
        ...(requires ? [directive('requires', { fields: JSON.stringify(requires) })] : []),
        ...accessDirectives(scopes),
        ...(field ? costDirectivesOf(field) : []).map(({ name, args }) => directive(name, args)),
        ...(extensions[EXTENSION.tool] ? [directive('tag', { name: JSON.stringify(TOOL_TAG) })] : []),
        ...(stream
          ? [
              directive(STREAMS_DIRECTIVE, {
                events: JSON.stringify(stream.events),
                ...(stream.id !== undefined && { id: JSON.stringify(stream.id) }),
              }),
            ]
          : []),
      ],
    };
  }

  function accessDirectives(scopes: readonly string[] | undefined): ConstDirectiveNode[] {
    if (!scopes) return [];
    if (scopes.length === 0) return [directive('authenticated')];
    return [directive('requiresScopes', { scopes: JSON.stringify([scopes]) })];
  }
}

/** The text rules that decorators put on arguments and input fields. */
export function textRulesOf(
  schema: GraphQLSchema,
  ruleOf: (extensions: Extensions, key?: string) => { maxLength: number; multiline: boolean } | undefined,
): TextRules {
  const rules = new Map<string, { maxLength: number; multiline: boolean }>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        const rule = ruleOf((field.extensions ?? {}) as Extensions);
        if (rule) rules.set(inputCoordinate(type.name, field.name), rule);
      }
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        for (const argument of field.args) {
          const rule =
            ruleOf((argument.extensions ?? {}) as Extensions) ??
            ruleOf((field.extensions ?? {}) as Extensions, EXTENSION.argumentText(argument.name));
          if (rule) rules.set(argumentCoordinate(type.name, field.name, argument.name), rule);
        }
      }
    }
  }
  return rules;
}

function directiveNode(name: string, args: Readonly<Record<string, string>>): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: Object.entries(args).map(([argument, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: argument },
      value: parseConstValue(value),
    })),
  };
}

function linkNode(used: ReadonlySet<string>, composed: readonly ComposedDirective[]): DefinitionNode {
  const imports = [...used].sort();
  return {
    kind: Kind.SCHEMA_EXTENSION,
    directives: [
      directiveNode('link', {
        url: JSON.stringify(FEDERATION),
        ...(imports.length > 0 && { import: JSON.stringify(imports) }),
      }),
      ...composed.flatMap(({ name, feature }) => [
        directiveNode('link', { url: JSON.stringify(feature), import: JSON.stringify([`@${name}`]) }),
        directiveNode('composeDirective', { name: JSON.stringify(`@${name}`) }),
      ]),
    ],
  };
}

function describe<T extends FieldDefinitionNode | InputValueDefinitionNode>(node: T, sentence: string): T {
  const text = node.description ? `${node.description.value}\n\n${sentence}` : sentence;
  const description: StringValueNode = { kind: Kind.STRING, value: text, block: true };
  return { ...node, description };
}

function describeLength<T extends InputValueDefinitionNode>(node: T, maxLength: number | undefined): T {
  return maxLength === undefined
    ? node
    : describe(node, `At most ${maxLength.toLocaleString('en')} characters.`);
}

/** Root types first, then everything by name. */
function orderOf(node: DefinitionNode): string {
  const name = 'name' in node && node.name ? node.name.value : '';
  const root = ['Query', 'Mutation', 'Subscription'].indexOf(name);
  return root >= 0 ? `0${root}` : `1${name}`;
}
