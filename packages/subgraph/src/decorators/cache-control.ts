import { Extensions } from 'type-graphql';
import type { EventDescription } from './event-description.ts';
import { type CacheFact, EXTENSION } from './metadata.ts';

export interface CacheOptions {
  /** For how long, in seconds, what was fetched may be given again. */
  readonly maxAge: number;
  /**
   * Events that change values of the type without naming them: each drops every value of the type in its workspace.
   * Events that hold a value's id drop that value in any case, and need not be listed.
   */
  readonly droppedBy?: readonly EventDescription[];
  /**
   * Whether all callers of a workspace with the same scopes see the same. Otherwise each caller has a cache of their
   * own, which is right wherever a resolver looks at who asks.
   */
  readonly shared?: boolean;
}

/**
 * Lets the gateway keep values of an entity type: `@CacheControl({ maxAge: 60 })`. For types whose every change is
 * an event; a change that is none stays unseen for up to `maxAge`.
 */
export function CacheControl({ maxAge, droppedBy = [], shared = false }: CacheOptions): ClassDecorator {
  if (!Number.isInteger(maxAge) || maxAge < 1) throw new Error(`@CacheControl: maxAge ${maxAge} is no time`);
  const fact: CacheFact = { maxAge, shared, droppedBy: droppedBy.map(({ typeName }) => typeName) };
  return Extensions({ [EXTENSION.cache]: fact });
}
