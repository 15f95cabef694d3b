import { parseConfig } from '@switchboard/config';
import { expect, it } from 'vitest';
import { auditConfig } from './config.ts';

const key = Buffer.alloc(32, 1).toString('base64');

it('needs a key of 32 bytes, and may have the one before', () => {
  expect(parseConfig(auditConfig, { AUDIT_CHECKPOINT_KEY: key }).AUDIT_CHECKPOINT_KEY).toHaveLength(32);
  const both = { AUDIT_CHECKPOINT_KEY: key, AUDIT_CHECKPOINT_KEY_PREVIOUS: key };
  expect(parseConfig(auditConfig, both).AUDIT_CHECKPOINT_KEY_PREVIOUS).toHaveLength(32);
});

it.each([undefined, '', 'not base64!', Buffer.alloc(31).toString('base64')])('refuses %s', (wrong) => {
  expect(() => parseConfig(auditConfig, { AUDIT_CHECKPOINT_KEY: wrong })).toThrow(/AUDIT_CHECKPOINT_KEY/);
});
