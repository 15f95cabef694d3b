/**
 * What our decorators write into type-graphql's `extensions`, under one key per fact: type-graphql merges
 * extensions by key, so a second decorator on the same member must not replace the first.
 */
import type { TextRule } from '../text/text-rule.ts';

const PREFIX = 'switchboard';

export const EXTENSION = {
  key: (fields: string) => `${PREFIX}.key:${fields}`,
  idPrefix: `${PREFIX}.idPrefix`,
  shareable: `${PREFIX}.shareable`,
  external: `${PREFIX}.external`,
  requires: `${PREFIX}.requires`,
  authenticated: `${PREFIX}.authenticated`,
  scopes: `${PREFIX}.scopes`,
  stream: `${PREFIX}.stream`,
  tool: `${PREFIX}.tool`,
  cache: `${PREFIX}.cache`,
  cost: `${PREFIX}.cost`,
  listSize: `${PREFIX}.listSize`,
  text: `${PREFIX}.text`,
  argumentText: (argument: string) => `${PREFIX}.text:${argument}`,
} as const;

export interface KeyFact {
  readonly fields: string;
  readonly resolvable: boolean;
}

/** What `@Streams` says of a subscription. */
export interface StreamFact {
  /** Full names of events, or `*` alone for every event. */
  readonly events: readonly string[];
  readonly id: string | undefined;
  /** The fields of each event, which the arguments and `id` must name. */
  readonly fieldsOfEvents: readonly (readonly string[])[];
}

/** What `@CacheControl` says of a type. */
export interface CacheFact {
  readonly maxAge: number;
  readonly shared: boolean;
  /** Full names of events. */
  readonly droppedBy: readonly string[];
}

export type Extensions = Readonly<Record<string, unknown>>;

export function keysOf(extensions: Extensions): KeyFact[] {
  return Object.keys(extensions)
    .filter((name) => name.startsWith(EXTENSION.key('')))
    .map((name) => extensions[name] as KeyFact);
}

export function idPrefixOf(extensions: Extensions): string | undefined {
  return extensions[EXTENSION.idPrefix] as string | undefined;
}

export function requiresOf(extensions: Extensions): string | undefined {
  return extensions[EXTENSION.requires] as string | undefined;
}

/** The scopes a field demands, all of them; an empty list means that any signed-in caller may read it. */
export function accessOf(extensions: Extensions): { readonly scopes: readonly string[] } | undefined {
  const scopes = extensions[EXTENSION.scopes] as readonly string[] | undefined;
  if (scopes) return { scopes };
  return extensions[EXTENSION.authenticated] ? { scopes: [] } : undefined;
}

export function streamOf(extensions: Extensions): StreamFact | undefined {
  return extensions[EXTENSION.stream] as StreamFact | undefined;
}

export function cacheOf(extensions: Extensions): CacheFact | undefined {
  return extensions[EXTENSION.cache] as CacheFact | undefined;
}

export function textRuleOf(extensions: Extensions, key: string = EXTENSION.text): TextRule | undefined {
  return extensions[key] as TextRule | undefined;
}
