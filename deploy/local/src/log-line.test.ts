import { expect, it } from 'vitest';
import { parseLogLine } from './log-line.ts';

it.each([
  ['{"level":"warn","part":"mail","msg":"slow"}', false, 'warn', 'slow'],
  ['{"level":50,"msg":"failed","err":{"message":"no route"}}', false, 'error', 'failed: no route'],
  ['{"level":"info","msg":"listening"}', true, 'info', 'listening'],
  ['[12] 2026/11/20 23:46:11.0 [ERR] no space left', true, 'error', 'no space left'],
  ['[12] 2026/11/20 23:46:11.0 [INF] Server is ready', true, 'info', 'Server is ready'],
  [
    '[12] 2026/11/20 23:46:11.0 [WRN] Plaintext passwords detected, use nkeys or bcrypt',
    true,
    'info',
    /Plaintext/,
  ],
  ['TypeError: x is not a function', true, 'warn', 'TypeError: x is not a function'],
  ['hello', false, 'info', 'hello'],
  ['{"half', false, 'info', '{"half'],
])('reads %s', (raw, fromStderr, level, text) => {
  expect(parseLogLine(raw, fromStderr)).toEqual({
    level,
    text: typeof text === 'string' ? text : expect.stringMatching(text),
  });
});
