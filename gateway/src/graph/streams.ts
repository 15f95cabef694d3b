import { EVERY_EVENT, STREAMS_DIRECTIVE } from '@switchboard/subgraph';
import { type ConstDirectiveNode, type ConstValueNode, type FieldDefinitionNode, Kind } from 'graphql';
import { type LoadedSupergraph, stringArgument } from './supergraph.ts';

/** A field of `Subscription` that gives nodes, as a service declared it with `@streams`. */
export interface NodeStream {
  readonly field: string;
  readonly typeName: string;
  /** Prefix of the node's ids. */
  readonly idPrefix: string;
  /** Full names of the events that give a new value; undefined for all. */
  readonly events: ReadonlySet<string> | undefined;
  /** The payload's field that holds the node's id; undefined where the node shares the event's ULID. */
  readonly idField: string | undefined;
  /** The scopes a caller needs, as alternatives of sets. */
  readonly scopes: readonly (readonly string[])[];
}

/** @throws Error for a subscription that says nothing of what it streams, except the gateway's own `events`. */
export function readStreams({ document, nodeTypes }: LoadedSupergraph): ReadonlyMap<string, NodeStream> {
  const prefixes = new Map(nodeTypes.map(({ typeName, idPrefix }) => [typeName, idPrefix]));
  const root = document.definitions.find(
    (type) => type.kind === Kind.OBJECT_TYPE_DEFINITION && type.name.value === 'Subscription',
  );
  const fields = root?.kind === Kind.OBJECT_TYPE_DEFINITION ? (root.fields ?? []) : [];
  return new Map(
    fields
      .filter((field) => directiveOf(field, STREAMS_DIRECTIVE) !== undefined)
      .map((field) => [field.name.value, streamOf(field, prefixes)]),
  );
}

function streamOf(field: FieldDefinitionNode, prefixes: ReadonlyMap<string, string>): NodeStream {
  const typeName = field.type.kind === Kind.NAMED_TYPE ? field.type.name.value : '';
  const idPrefix = prefixes.get(typeName);
  const directive = directiveOf(field, STREAMS_DIRECTIVE);
  if (!idPrefix || !directive) throw new Error(`Subscription.${field.name.value}: ${typeName} is no node`);
  const events = textsOf(directive.arguments?.find(({ name }) => name.value === 'events')?.value);
  const access = directiveOf(field, 'requiresScopes')?.arguments?.[0]?.value;
  return {
    field: field.name.value,
    typeName,
    idPrefix,
    events: events.includes(EVERY_EVENT) ? undefined : new Set(events),
    idField: stringArgument(directive, 'id'),
    scopes: access?.kind === Kind.LIST ? access.values.map(textsOf) : [],
  };
}

function directiveOf(field: FieldDefinitionNode, name: string): ConstDirectiveNode | undefined {
  return field.directives?.find((directive) => directive.name.value === name);
}

function textsOf(value: ConstValueNode | undefined): string[] {
  if (value?.kind !== Kind.LIST) return [];
  return value.values.flatMap((member) => (member.kind === Kind.STRING ? [member.value] : []));
}
