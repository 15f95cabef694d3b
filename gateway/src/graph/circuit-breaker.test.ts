import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

describe('a circuit breaker', () => {
  const startedBreaker = () => {
    const clock = { nowMs: 0 };
    const breaker = new CircuitBreaker({ failuresMax: 3, openMs: 100, now: () => clock.nowMs });
    const fail = (times: number) => Array.from({ length: times }, () => breaker.enter() && breaker.failed());
    return { breaker, clock, fail };
  };

  it('opens after failures in a row, and not after failures between successes', () => {
    const { breaker, fail } = startedBreaker();
    fail(2);
    breaker.succeeded();
    expect(fail(3)).toEqual([false, false, true]);
    expect(breaker.enter()).toBe(false);
  });

  it('lets one caller try after a while, and the others not', () => {
    const { breaker, clock, fail } = startedBreaker();
    fail(3);
    clock.nowMs = 99;
    expect(breaker.enter()).toBe(false);
    clock.nowMs = 100;
    expect([breaker.enter(), breaker.enter()]).toEqual([true, false]);
  });

  it('stays open for as long again when the try fails', () => {
    const { breaker, clock, fail } = startedBreaker();
    fail(3);
    clock.nowMs = 100;
    expect(fail(1)).toEqual([false]);
    clock.nowMs = 199;
    expect(breaker.enter()).toBe(false);
    clock.nowMs = 200;
    expect(breaker.enter()).toBe(true);
  });

  it('closes for everybody when the try succeeds', () => {
    const { breaker, clock, fail } = startedBreaker();
    fail(3);
    clock.nowMs = 100;
    expect(breaker.enter()).toBe(true);
    expect(breaker.succeeded()).toBe(true);
    expect([breaker.enter(), breaker.enter()]).toEqual([true, true]);
  });
});
