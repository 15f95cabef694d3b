import { Extensions } from 'type-graphql';
import { EXTENSION } from './metadata.ts';

type Member = PropertyDecorator & MethodDecorator;

/**
 * Demands every named scope of the caller. Emits `@requiresScopes`, completes the field's description and is
 * enforced around the resolver: null with FORBIDDEN at the field's path (UNAUTHENTICATED for nobody).
 * For fields, queries and mutations; `buildSubgraph` refuses it on types and on fields an interface has.
 */
export function RequiresScopes(...scopes: [string, ...string[]]): Member {
  return Extensions({ [EXTENSION.scopes]: scopes });
}

/** Demands a signed-in caller, whatever its scopes. Same places and enforcement as `RequiresScopes`. */
export function Authenticated(): Member {
  return Extensions({ [EXTENSION.authenticated]: true });
}
