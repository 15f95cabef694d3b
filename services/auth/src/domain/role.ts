import { SCOPES, type ScopeName } from './scopes.ts';

/** What a member of a workspace may do, highest first. */
export const ROLES = ['OWNER', 'ADMIN', 'MEMBER'] as const;
export type Role = (typeof ROLES)[number];

const ADMINISTRATION: ReadonlySet<ScopeName> = new Set<ScopeName>(['workspace:admin', 'webhooks:manage']);

const SCOPES_OF: Readonly<Record<Role, readonly ScopeName[]>> = {
  OWNER: SCOPES,
  ADMIN: SCOPES,
  MEMBER: SCOPES.filter((scope) => !ADMINISTRATION.has(scope)),
};

/** The scopes that a role brings. */
export function scopesOf(role: Role): readonly ScopeName[] {
  return SCOPES_OF[role];
}

/**
 * Whether a caller may give a role away: nobody raises others above themselves.
 * @param granter the caller's role; `undefined` for an API key, which counts as an administrator.
 */
export function mayGrant(granter: string | undefined, role: Role): boolean {
  const rank = granter === undefined ? ROLES.indexOf('ADMIN') : ROLES.indexOf(granter as Role);
  return rank >= 0 && rank <= ROLES.indexOf(role);
}
