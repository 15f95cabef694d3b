import { describe, expect, it } from 'vitest';
import { OperationCache } from './operation-cache.ts';

describe('a cache of operations', () => {
  it('forgets the one that was used longest ago when there are too many', () => {
    const cache = new OperationCache<number>(2, 100);
    cache.set('a', 1, 1);
    cache.set('b', 2, 1);
    cache.get('a');
    cache.set('c', 3, 1);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });

  it('forgets as many as make room for a heavy one, and does not keep one that is too heavy for it', () => {
    const cache = new OperationCache<number>(10, 100);
    cache.set('a', 1, 60);
    cache.set('b', 2, 30);
    cache.set('c', 3, 40);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 2, 3]);
    cache.set('d', 4, 101);
    expect(cache.size).toBe(0);
  });

  it('weighs an operation that is set again once', () => {
    const cache = new OperationCache<number>(10, 100);
    for (let round = 0; round < 50; round += 1) cache.set('a', round, 60);
    cache.set('b', 2, 40);
    expect([cache.get('a'), cache.get('b')]).toEqual([49, 2]);
  });
});
