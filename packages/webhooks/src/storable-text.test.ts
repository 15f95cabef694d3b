import { expect, it } from 'vitest';
import { storableText } from './storable-text.ts';

it.each([
  ['NUL', 'a\u0000b', 'a\ufffdb'],
  ['a lone surrogate', 'a\ud83d', 'a\ufffd'],
  ['nothing unusual', 'żółć 😀\r\n\t', 'żółć 😀\r\n\t'],
])('a text with %s can be stored', (_what, text, expected) => {
  expect(storableText(text)).toBe(expected);
});
