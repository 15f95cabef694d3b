import { describe, expect, it } from 'vitest';
import { segmentCount } from './segments.ts';

describe('segmentCount', () => {
  it.each([
    ['160 plain characters', 'a'.repeat(160), 1],
    ['161 plain characters', 'a'.repeat(161), 2],
    ['extended characters count twice', '€'.repeat(81), 2],
    ['70 characters outside GSM-7', 'ж'.repeat(70), 1],
    ['71 characters outside GSM-7', 'ж'.repeat(71), 2],
  ])('%s', (_name, body, count) => {
    expect(segmentCount(body)).toBe(count);
  });
});
