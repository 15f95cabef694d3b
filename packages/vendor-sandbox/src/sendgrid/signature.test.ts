import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sendgridAccount } from '../accounts.ts';
import { sendgridSignature } from './signature.ts';
import { newSigningKey, seededSigningKey } from './signing-key.ts';

const body = '[{"email":"a@b.c","event":"delivered"}]\r\n';

describe('sendgridSignature', () => {
  it('verifies under the published key, line break included', () => {
    const signature = Buffer.from(
      sendgridSignature(seededSigningKey().privateKey, '1700000000', body),
      'base64',
    );
    const key = createPublicKey({
      key: Buffer.from(sendgridAccount.webhookPublicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    expect(verify('sha256', Buffer.from(`1700000000${body}`), key, signature)).toBe(true);
    expect(verify('sha256', Buffer.from(`1700000000${body.trimEnd()}`), key, signature)).toBe(false);
  });

  it("gives other accounts a key that is not the seeded account's", () => {
    expect(newSigningKey().publicKeyBase64).not.toBe(seededSigningKey().publicKeyBase64);
    expect(seededSigningKey().publicKeyBase64).toBe(sendgridAccount.webhookPublicKey);
  });
});
