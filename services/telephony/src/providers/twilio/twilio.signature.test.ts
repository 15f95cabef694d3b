import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { isSignedByTwilio } from './twilio.signature.ts';

// Known answers, computed with the vendor's own implementation; the token is a throw-away.
const TOKEN = '12345';
const URL = 'https://example.com/sms';

it.each([
  [
    'parameters sorted by byte order',
    { b: '1', A: '2', a: '3', Z: '4' },
    'XlnA0q4GKQcsB7YFYWsv51BDrxg=',
    true,
  ],
  [
    'unicode and an empty value',
    { Body: 'żółć 😀', NumMedia: '0', ForwardedFrom: '' },
    'Gg5FdRipQ4HsMkJOmzbRPWHcKKc=',
    true,
  ],
  ['one parameter more', { b: '1', A: '2', a: '3', Z: '4', x: '' }, 'XlnA0q4GKQcsB7YFYWsv51BDrxg=', false],
  ['no signature', { b: '1' }, '', false],
])('%s', (_what, parameters, signature, expected) => {
  expect(isSignedByTwilio([TOKEN], signature, URL, parameters as Record<string, string>)).toBe(expected);
});

it.each([
  ['the new token', [TOKEN, 'old'], true],
  ['the token before', ['new', TOKEN], true],
  ['a third token', ['new', 'old'], false],
  ['no token at all', [], false],
])('while the token changes: %s', (_what, tokens, expected) => {
  expect(
    isSignedByTwilio(tokens, 'XlnA0q4GKQcsB7YFYWsv51BDrxg=', URL, { b: '1', A: '2', a: '3', Z: '4' }),
  ).toBe(expected);
});

it('an empty token signs nothing, although anybody could sign with it', () => {
  const signature = createHmac('sha1', '').update(`${URL}b1`).digest('base64');
  expect(isSignedByTwilio([''], signature, URL, { b: '1' })).toBe(false);
});
