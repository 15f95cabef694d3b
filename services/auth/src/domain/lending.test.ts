import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.ts';
import { mayLend, narrowest, requireOwnerOf } from './lending.ts';

const base: Candidate = {
  id: 'con_1',
  workspaceId: 'wsp_1',
  ownerKind: 'WORKSPACE',
  userId: null,
  sandbox: false,
  testOnly: false,
};
const platform: Candidate = { ...base, id: 'con_0', workspaceId: 'platform', ownerKind: 'PLATFORM' };
const workspace = base;
const personal: Candidate = { ...base, id: 'con_2', ownerKind: 'USER', userId: 'usr_1' };
const borrower = { workspaceId: 'wsp_1', userId: 'usr_1', mode: 'live' as const };

describe('the narrowest connection', () => {
  it('is the user’s, then the workspace’s, then the platform’s', () => {
    const all = [platform, workspace, personal];
    expect(narrowest(all, borrower)).toBe(personal);
    expect(narrowest(all, { ...borrower, userId: 'usr_2' })).toBe(workspace);
    expect(narrowest(all, { ...borrower, userId: '' })).toBe(workspace);
    expect(narrowest(all, { ...borrower, workspaceId: 'wsp_2' })).toBe(platform);
    expect(narrowest([], borrower)).toBeUndefined();
  });

  it('is live before sandbox, and the newest among equals', () => {
    const sandbox = { ...workspace, id: 'con_9', sandbox: true };
    const newer = { ...workspace, id: 'con_5' };
    expect(narrowest([sandbox, workspace], borrower)).toBe(workspace);
    expect(narrowest([workspace, newer], borrower)).toBe(newer);
  });

  it('is, of the platform’s, what a person connected before what the configuration names, and live all the same', () => {
    const configured = { ...platform, id: 'con_9' };
    const granted = { ...platform, id: 'con_5', accountId: 'a' };
    expect(narrowest([configured, granted], borrower)).toBe(granted);
    expect(narrowest([configured, { ...granted, sandbox: true }], borrower)).toBe(configured);
    expect(narrowest([granted, workspace], borrower)).toBe(workspace);
  });

  it('is a sandbox one for a test caller, and what a test key made for nobody else', () => {
    const made = { ...workspace, id: 'con_7', sandbox: true, testOnly: true };
    const test = { ...borrower, mode: 'test' as const };
    expect(narrowest([platform, workspace], test)).toBeUndefined();
    expect(narrowest([platform, workspace, made], test)).toBe(made);
    expect(narrowest([platform, made], borrower)).toBe(platform);
  });
});

describe('a named connection', () => {
  it('is lent within its workspace, and to a callback that names no workspace', () => {
    expect(mayLend(workspace, borrower)).toBe(true);
    expect(mayLend(workspace, { ...borrower, workspaceId: 'wsp_2' })).toBe(false);
    expect(mayLend(personal, { ...borrower, userId: 'usr_2' })).toBe(false);
    expect(mayLend(personal, { workspaceId: '', userId: '', mode: 'live' })).toBe(true);
    expect(mayLend(workspace, { ...borrower, mode: 'test' })).toBe(false);
  });
});

describe('a vendor', () => {
  it('has one owning service', () => {
    expect(() => requireOwnerOf('STRIPE', 'billing')).not.toThrow();
    expect(() => requireOwnerOf('STRIPE', 'mail')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });
});
