import { describe, expect, it } from 'vitest';
import { mayGrant, scopesOf } from './role.ts';
import { SCOPES } from './scopes.ts';

describe('roles', () => {
  it('give owners and administrators everything, members everything but administration', () => {
    expect(scopesOf('OWNER')).toEqual(SCOPES);
    expect(scopesOf('ADMIN')).toEqual(SCOPES);
    const withheld = SCOPES.filter((scope) => !scopesOf('MEMBER').includes(scope));
    expect(withheld).toEqual(['webhooks:manage', 'workspace:admin']);
  });

  it.each([
    ['OWNER', 'OWNER', true],
    ['ADMIN', 'OWNER', false],
    ['ADMIN', 'ADMIN', true],
    ['MEMBER', 'ADMIN', false],
    [undefined, 'ADMIN', true],
    [undefined, 'OWNER', false],
    ['SOMETHING', 'MEMBER', false],
  ] as const)('%s may give %s: %s', (granter, role, allowed) => {
    expect(mayGrant(granter, role)).toBe(allowed);
  });
});
