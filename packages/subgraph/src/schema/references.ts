import { requireWorkspaceActor, type WorkspaceActor } from '@switchboard/identity';
import { isId } from '@switchboard/ids';
import type { SubgraphContext } from './subgraph-context.ts';

/**
 * Loads entities by key: one answer per key, in order, null for what is unknown or not the caller's.
 * It must filter by the caller's workspace.
 */
export type ReferenceLoader = (
  keys: readonly string[],
  context: SubgraphContext,
) => Promise<readonly (object | null | undefined)[]>;

/** An entity known by another field than `id`. Made by `byKey`. */
export interface KeyedReference {
  readonly keyField: string;
  readonly load: ReferenceLoader;
}

/** A loader for entities whose key is not `id`: `references: { ContactPoint: byKey('address', load) }`. */
export function byKey(keyField: string, load: ReferenceLoader): KeyedReference {
  return { keyField, load };
}

/**
 * A loader for entities that only callers with a scope may read. `node` and other subgraphs come in by reference,
 * past the scopes of the queries, so the scope is asked for here; without it the entity does not exist.
 * @param load as a `ReferenceLoader`, given the caller.
 * @param show makes the API's object of what was found.
 */
export function scoped<E extends object>(
  scope: string,
  load: (keys: readonly string[], caller: WorkspaceActor) => Promise<readonly (E | null | undefined)[]>,
  show: (found: E) => object,
): ReferenceLoader {
  return async (keys, { actor }) => {
    const caller = requireWorkspaceActor(actor);
    if (!caller.scopes.includes(scope)) return keys.map(() => null);
    const found = await load(keys, caller);
    return found.map((one) => one && show(one));
  };
}

export type References = Readonly<Record<string, ReferenceLoader | KeyedReference>>;

type ResolveReference = (
  representation: Readonly<Record<string, unknown>>,
  context: SubgraphContext,
) => Promise<object | null>;

/** `__resolveReference` of one type: batched per request; an id of another kind is not even looked up. */
export function resolveReferenceOf(
  type: string,
  reference: ReferenceLoader | KeyedReference,
  idPrefix: string | undefined,
): ResolveReference {
  const { keyField, load } = typeof reference === 'function' ? byKey('id', reference) : reference;
  return async (representation, context) => {
    const key = representation[keyField];
    if (typeof key !== 'string') return null;
    if (idPrefix !== undefined && keyField === 'id' && !isId(idPrefix, key)) return null;
    const entity = await context.load(`reference:${type}`, key, (keys) => load(keys, context));
    // Fields the planner sent along for @requires sit next to what the loader knows.
    return entity && withExternals(entity, representation);
  };
}

function withExternals(entity: object, representation: Readonly<Record<string, unknown>>): object {
  const missing = Object.entries(representation).filter(
    ([name]) => name !== '__typename' && !(name in entity),
  );
  if (missing.length === 0) return entity;
  return Object.assign(Object.create(Object.getPrototypeOf(entity)), entity, Object.fromEntries(missing));
}
