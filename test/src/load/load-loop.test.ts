import { describe, expect, it } from 'vitest';
import { atConcurrency, atRate } from './load-loop.ts';

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe('a load loop', () => {
  it('never has more requests under way than asked for', async () => {
    let underWay = 0;
    let most = 0;
    const result = await atConcurrency(3, 0.05, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await tick();
      underWay -= 1;
    });
    expect(most).toBe(3);
    expect(result.errors).toBe(0);
    expect(result.requests).toBeGreaterThan(3);
  });

  it('sends at a fixed rate without waiting for answers', async () => {
    let sent = 0;
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const result = await atRate(100, 0.2, async () => {
      sent += 1;
      // All are answered by the last: a loop that waited would never get there.
      if (sent === 20) answer();
      await answered;
    });
    expect(result.requests).toBe(20);
    expect(result.maxMs).toBeGreaterThan(100);
  });

  it('leaves requests out when 500 are unanswered', async () => {
    let sent = 0;
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    setTimeout(() => answer(), 1_000);
    const result = await atRate(6_000, 0.1, async () => {
      sent += 1;
      await answered;
    });
    expect(sent).toBe(500);
    expect(result.notSent).toBe(100);
  });

  it('counts failures by reason, and not as answers', async () => {
    const result = await atRate(100, 0.1, () => Promise.reject(new Error('HTTP 503')));
    expect(result).toMatchObject({ requests: 10, errors: 10, perSecond: 0, reasons: { 'HTTP 503': 10 } });
  });
});
