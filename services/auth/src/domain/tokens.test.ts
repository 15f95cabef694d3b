import { newId } from '@switchboard/ids';
import { describe, expect, it } from 'vitest';
import { apiKeyIdOf, makeApiKeySecret } from './api-key-secret.ts';
import { challengeIdOf, isToken, LinkTokens } from './link-token.ts';
import { RefreshTokens } from './refresh-token.ts';
import { SigningKeys } from './signing-keys.ts';

const oldKey = new Uint8Array(32).fill(1);
const newKey = new Uint8Array(32).fill(2);

describe('a link token', () => {
  it('can be made again from its hash, also after the key was replaced, but not once the key is gone', () => {
    const id = newId('inv');
    const hash = new LinkTokens(new SigningKeys(oldKey)).hashFor(id);
    const token = new LinkTokens(new SigningKeys(newKey, oldKey)).tokenFor(id, hash) ?? '';
    expect(isToken(token, hash)).toBe(true);
    expect(challengeIdOf('inv', token)).toBe(id);
    expect(challengeIdOf('rst', token)).toBeUndefined();
    expect(new LinkTokens(new SigningKeys(newKey)).tokenFor(id, hash)).toBeUndefined();
    expect(isToken(`${token}x`, hash)).toBe(false);
  });
});

describe('a link token of the next generation', () => {
  it('is another one, made again from its own hash alone', () => {
    const id = newId('inv');
    const tokens = new LinkTokens(new SigningKeys(oldKey));
    const [first, second] = [tokens.hashFor(id), tokens.hashFor(id, 2)];
    expect(tokens.hashFor(id, 1)).toBe(first);
    const token = tokens.tokenFor(id, second, 2) ?? '';
    expect(challengeIdOf('inv', token)).toBe(id);
    expect(isToken(token, second)).toBe(true);
    expect(isToken(token, first)).toBe(false);
    expect(tokens.tokenFor(id, second, 1)).toBeUndefined();
    expect(tokens.tokenFor(id, first, 2)).toBeUndefined();
  });
});

describe('a refresh token', () => {
  it('is read only as it was made', () => {
    const tokens = new RefreshTokens(new SigningKeys(oldKey));
    const presented = { sessionId: newId('ses'), generation: 12 };
    const token = tokens.make(presented);
    expect(tokens.read(token)).toEqual(presented);
    expect(tokens.make(presented)).toBe(token);
    const [id, , signature] = token.split('.');
    for (const wrong of [
      `${id}.13.${signature}`,
      `${newId('ses')}.12.${signature}`,
      `${token} `,
      `${id}.012.${signature}`,
    ]) {
      expect(tokens.read(wrong)).toBeUndefined();
    }
    expect(new RefreshTokens(new SigningKeys(newKey, oldKey)).read(token)).toEqual(presented);
    expect(new RefreshTokens(new SigningKeys(newKey)).read(token)).toBeUndefined();
  });
});

describe('an API key', () => {
  it('names its id and mode, and prints as nothing', () => {
    const id = newId('key');
    const { secret, lastFour } = makeApiKeySecret(id, 'live');
    expect(apiKeyIdOf(secret.reveal())).toBe(id);
    expect(secret.reveal().endsWith(lastFour)).toBe(true);
    expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
    expect(apiKeyIdOf(secret.reveal().slice(1))).toBeUndefined();
  });
});
