import { describe, expect, it } from 'vitest';
import { percentile } from './percentile.ts';

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    ['the middle', hundred, 0.5, 50],
    ['the 99th of a hundred', hundred, 0.99, 99],
    ['all of them', hundred, 1, 100],
    ['none of them', hundred, 0, 1],
    ['numbers by size, not by spelling', [10, 9, 100], 0.5, 10],
    ['the slowest, when there are too few for a 99th', [3, 1, 2], 0.99, 3],
    ['one value', [7], 0.5, 7],
  ])('gives %s', (_what, values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  it('has nothing to say about nothing', () => {
    expect(percentile([], 0.99)).toBeUndefined();
  });

  it('leaves the values in their order', () => {
    const values = [3, 1, 2];
    percentile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });
});
