import { parseConfig } from '@switchboard/config';
import { expect, it } from 'vitest';
import { auditConfig } from './config.ts';

const key = Buffer.alloc(32, 1).toString('base64');
const keys = { AUDIT_CHECKPOINT_KEY: key, AUDIT_VAULT_KEY: key };

it('needs a key of 32 bytes, and may have the one before', () => {
  expect(parseConfig(auditConfig, keys).AUDIT_CHECKPOINT_KEY).toHaveLength(32);
  const both = { ...keys, AUDIT_CHECKPOINT_KEY_PREVIOUS: key };
  expect(parseConfig(auditConfig, both).AUDIT_CHECKPOINT_KEY_PREVIOUS).toHaveLength(32);
});

it.each([undefined, '', 'not base64!', Buffer.alloc(31).toString('base64')])('refuses %s', (wrong) => {
  for (const name of ['AUDIT_CHECKPOINT_KEY', 'AUDIT_VAULT_KEY']) {
    expect(() => parseConfig(auditConfig, { ...keys, [name]: wrong })).toThrow(new RegExp(name));
  }
});
