import { describe, expect, it } from 'vitest';
import { decrypt, encrypt, envelopeKey, keyIdOf, newEnvelopeKey, type Place } from './envelope.ts';

const place: Place = { table: 'connections', column: 'secrets_sealed', rowId: 'con_1', workspaceId: 'wsp_1' };
const plaintext = Buffer.from('a secret');

describe('an encrypted value', () => {
  it('opens at its own place with its own key, and differs every time', () => {
    const key = newEnvelopeKey();
    const ciphertext = encrypt(key, place, plaintext);
    expect(Buffer.from(decrypt(key, place, ciphertext)).toString()).toBe('a secret');
    expect(keyIdOf(ciphertext)).toBe(key.id);
    expect(encrypt(key, place, plaintext)).not.toBe(ciphertext);
  });

  it.each(['table', 'column', 'rowId', 'workspaceId'] as const)('does not open at another %s', (part) => {
    const key = newEnvelopeKey();
    const ciphertext = encrypt(key, place, plaintext);
    expect(() => decrypt(key, { ...place, [part]: 'other' }, ciphertext)).toThrow();
  });

  it('does not open with another key, when changed, or when cut', () => {
    const key = newEnvelopeKey();
    const ciphertext = encrypt(key, place, plaintext);
    const sameName = { ...newEnvelopeKey(), id: key.id };
    expect(() => decrypt(newEnvelopeKey(), place, ciphertext)).toThrow(/encrypted with key/);
    expect(() => decrypt(sameName, place, ciphertext)).toThrow();
    const [version, id, nonce, sealed = ''] = ciphertext.split('.');
    const flipped = (sealed[0] === 'A' ? 'B' : 'A') + sealed.slice(1);
    for (const changed of [flipped, sealed.slice(0, -4), '']) {
      expect(() => decrypt(key, place, [version, id, nonce, changed].join('.'))).toThrow();
    }
    expect(() => decrypt(key, place, 'v2.a.b.c')).toThrow();
  });

  it('needs a key of 32 bytes', () => {
    expect(() => envelopeKey(new Uint8Array(31))).toThrow();
  });
});
