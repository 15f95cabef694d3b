import { Secret } from '@switchboard/observability';
import { describe, expect, it } from 'vitest';
import { PasswordHashes } from './password-hashes.ts';

describe('password hashes', () => {
  it('are argon2id with 19 MiB, 2 passes and 1 lane, and verify only their password', async () => {
    const passwords = new PasswordHashes();
    const stored = await passwords.hash(new Secret('right'));
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.verify(stored, new Secret('right'))).toBe(true);
    expect(await passwords.verify(stored, new Secret('wrong'))).toBe(false);
    expect(await passwords.verify(null, new Secret('decoy'))).toBe(false);
  });

  it('refuse to queue without end', async () => {
    const passwords = new PasswordHashes();
    const flood = Array.from({ length: 600 }, () => passwords.verify('not a hash', new Secret('x')));
    const outcomes = await Promise.allSettled(flood);
    const refused = outcomes.filter(
      ({ status, ...rest }) =>
        status === 'rejected' && 'reason' in rest && rest.reason.code === 'UNAVAILABLE',
    );
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(100);
  });
});
