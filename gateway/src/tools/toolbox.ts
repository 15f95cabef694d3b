import type { Actor } from '@switchboard/identity';
import { TOOL_TAG } from '@switchboard/subgraph';
import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  Kind,
} from 'graphql';
import { type AccessRule, type AccessRules, refusalOf } from '../access/access-rules.ts';
import { type JsonSchema, schemaOfArguments } from './input-schema.ts';
import { selectionOf } from './selection.ts';

/** An operation of the graph that an agent calls by name, with arguments in JSON. */
export interface Tool {
  readonly name: string;
  readonly kind: 'query' | 'mutation';
  readonly description: string;
  /** All of them are needed. */
  readonly scopes: readonly string[];
  readonly inputSchema: JsonSchema;
  /** What it answers. */
  readonly type: GraphQLOutputType;
  /** The document that runs it, without what is selected. */
  readonly call: string;
  /** Whether its arguments are the fields of a single `input`. */
  readonly takesInput: boolean;
  readonly rule: AccessRule | undefined;
}

/** Every tool of a supergraph. */
export class Toolbox {
  readonly #tools: ReadonlyMap<string, Tool>;

  /**
   * @param supergraph as composed, with its tags.
   * @param schema what clients may ask for.
   */
  constructor(
    supergraph: DocumentNode,
    schema: GraphQLSchema,
    private readonly rules: AccessRules,
  ) {
    const tools = taggedFields(supergraph).flatMap(({ kind, name }) => {
      const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
      const field = root?.getFields()[name];
      return field ? [toolOf(kind, field, rules.get(`${root.name}.${name}`))] : [];
    });
    this.#tools = new Map(
      tools.toSorted((a, b) => a.name.localeCompare(b.name, 'en')).map((tool) => [tool.name, tool]),
    );
  }

  /** Those that a caller has the scopes for. */
  for(actor: Actor): Tool[] {
    return [...this.#tools.values()].filter(({ rule }) => !rule || !refusalOf(rule, actor));
  }

  /** The GraphQL document that runs a tool for a caller: it asks for nothing that is not theirs. */
  documentFor(actor: Actor, { call, type }: Tool): string {
    const isOpen = (coordinate: string): boolean => {
      const rule = this.rules.get(coordinate);
      return !rule || !refusalOf(rule, actor);
    };
    return `${call} ${selectionOf(type, isOpen)} }`;
  }

  /** Whether a field of the operation's root is a tool, whoever may call it. */
  isTool(kind: Tool['kind'], name: string): boolean {
    return this.#tools.get(name)?.kind === kind;
  }

  /** One of those; `undefined` for any other name. */
  find(actor: Actor, name: string): Tool | undefined {
    const tool = this.#tools.get(name);
    return tool && (!tool.rule || !refusalOf(tool.rule, actor)) ? tool : undefined;
  }
}

/** The variables of a tool's document for arguments as an agent gives them. */
export function variablesOf({ takesInput }: Tool, given: Readonly<Record<string, unknown>>) {
  return takesInput ? { input: given } : given;
}

function taggedFields(
  supergraph: DocumentNode,
): { readonly kind: 'query' | 'mutation'; readonly name: string }[] {
  return supergraph.definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const kind =
      node.name.value === 'Query' ? 'query' : node.name.value === 'Mutation' ? 'mutation' : undefined;
    if (!kind) return [];
    return (node.fields ?? []).flatMap((field) => {
      const tags = (field.directives ?? []).filter(({ name }) => name.value === 'tag');
      const isTool = tags.some(({ arguments: given }) =>
        given?.some(({ value }) => value.kind === Kind.STRING && value.value === TOOL_TAG),
      );
      return isTool ? [{ kind, name: field.name.value } as const] : [];
    });
  });
}

function toolOf(
  kind: Tool['kind'],
  { name, description, args, type }: GraphQLField<unknown, unknown>,
  rule: AccessRule | undefined,
): Tool {
  const [first] = args;
  const input = args.length === 1 && first?.name === 'input' ? getNullableType(first.type) : undefined;
  const takesInput = isInputObjectType(input);
  const variables = args.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
  const passed = args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const call = args.length === 0 ? name : `${name}(${passed})`;
  const declared = args.length === 0 ? '' : `(${variables})`;
  return {
    name,
    kind,
    description: description ?? '',
    scopes: rule?.scopes[0] ?? [],
    inputSchema: schemaOfArguments(takesInput ? Object.values(input.getFields()) : args),
    type,
    call: `${kind} ${name}${declared} { ${call}`,
    takesInput,
    rule,
  };
}
