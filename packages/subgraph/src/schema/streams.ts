/**
 * Subscriptions in a subgraph's document. A subgraph declares which events give new values of a field; the directive
 * passes composition, and the gateway, which runs subscriptions, reads it from the supergraph.
 */
import {
  type DirectiveDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { type Extensions, type StreamFact, streamOf } from '../decorators/metadata.ts';

export const STREAMS_DIRECTIVE = 'streams';
export const STREAMS_FEATURE = 'https://specs.switchboard.dev/streams/v1.0';

/** Stands for every event of the workspace. */
export const EVERY_EVENT = '*';

const [definition] = parse(`
"""
Which events give this field a new value, and which field of theirs holds the node's id.
"""
directive @${STREAMS_DIRECTIVE}(events: [String!]!, id: String) on FIELD_DEFINITION
`).definitions;
export const STREAMS_DEFINITION = definition as DirectiveDefinitionNode;

/** `Subscription.field` to what it streams. */
export type StreamRules = ReadonlyMap<string, StreamFact>;

/**
 * Reads what the subscriptions of a schema stream.
 * @throws Error for a subscription that the gateway could not run.
 */
export function streamRulesOf(schema: GraphQLSchema): StreamRules {
  const rules = new Map<string, StreamFact>();
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const coordinate = `Subscription.${field.name}`;
    const stream = streamOf(field.extensions as Extensions);
    if (!stream) throw new Error(`${coordinate}: subscriptions are declared with @Streams`);
    const type = getNamedType(field.type);
    const isNode = isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');
    if (!isNode || field.type !== type || isNonNullType(field.type)) {
      throw new Error(`${coordinate}: streams one nullable node`);
    }
    const named = [
      ...(stream.id === undefined ? [] : [stream.id]),
      ...field.args.map(({ name }) => name).filter((name) => name !== 'id'),
    ];
    for (const [index, fields] of stream.fieldsOfEvents.entries()) {
      const missing = named.find((name) => !fields.includes(name));
      if (missing) throw new Error(`${coordinate}: ${stream.events[index]} has no field "${missing}"`);
    }
    rules.set(coordinate, stream);
  }
  return rules;
}

/** What the reader of the API sees of it. */
export function streamSentence({ events }: StreamFact): string {
  if (events.includes(EVERY_EVENT)) return 'A new value at every event of the workspace.';
  const names = events.map((name) => `\`${name.split('.').at(-1)}\``);
  const listed =
    names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
  return `A new value at ${listed}.`;
}
