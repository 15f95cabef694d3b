import { describe, expect, it } from 'vitest';
import { accountOf } from './account-of.ts';
import { RateAccounts } from './rate-accounts.ts';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('refills steadily up to what it holds', () => {
    const bucket = new TokenBucket({ capacity: 100, refillPerMinute: 60 }, 0);
    expect(bucket.take(100, 0)).toBe(true);
    expect(bucket.take(1, 999)).toBe(false);
    expect(bucket.take(1, 1_000)).toBe(true);
    expect(bucket.timeUntil(10, 1_000)).toBe(10_000);
    expect(bucket.level(1_000_000)).toBe(100);
  });

  it('goes into debt for what is spent already, and not deeper than it is told', () => {
    const bucket = new TokenBucket({ capacity: 100, refillPerMinute: 60 }, 0);
    bucket.subtract(103, 0, 0.05);
    expect(bucket.level(0)).toBe(-3);
    bucket.subtract(1_000, 0, 0.05);
    expect(bucket.level(0)).toBe(-5);
    bucket.subtract(20, 0, 1);
    expect(bucket.level(0)).toBe(-25);
    bucket.subtract(1, 0, 0.05);
    bucket.subtract(-50, 0, 1);
    bucket.lowerTo(50, 0);
    expect(bucket.level(0)).toBe(-25);
  });
});

describe('accounts', () => {
  it('stay bounded in number', () => {
    const accounts = new RateAccounts({ capacity: 100, refillPerMinute: 60 }, () => 0);
    accounts.take('first', 50);
    for (let n = 0; n < 60_000; n += 1) accounts.take(`account ${n}`, 1);
    expect(accounts.levels()).toHaveLength(50_000);
    expect(accounts.stateOf('first').remaining).toBe(100);
  });

  it('of nobody are those of a network', () => {
    const of = (address: string) => accountOf({ kind: 'anonymous' }, address);
    expect(of('2001:db8:1:2::5')).toBe(of('2001:db8:1:2:ffff::9'));
    expect(of('2001:db8::5')).toBe(of('2001:0db8:0:0:1:2:3:4'));
    expect(of('2001:db8:1:3::5')).not.toBe(of('2001:db8:1:2::5'));
    expect(of('::ffff:10.0.0.1')).toBe(of('10.0.0.1'));
    expect(of('10.0.0.2')).not.toBe(of('10.0.0.1'));
  });
});
