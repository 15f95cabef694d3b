import { expect, it } from 'vitest';
import { isWell, type ServiceStatus, statusTable, stuckReasons } from './status-report.ts';

const quiet: ServiceStatus = {
  outboxPending: 0,
  outboxOldestAgeMs: 0n,
  outboxExpiredLeases: 0,
  deadLetters: 0,
  intentsPending: 0,
  intentsExpiredLeases: 0,
  consumerPending: 0,
  consumerAckPending: 0,
  consumerRedelivered: 0,
};

it('calls work under way well', () => {
  const busy = {
    ...quiet,
    outboxPending: 40,
    outboxOldestAgeMs: 900n,
    intentsPending: 3,
    consumerPending: 800,
  };
  expect(stuckReasons(busy)).toEqual([]);
  expect(isWell(new Map([['mail', busy]]))).toBe(true);
});

it.each([
  [{ outboxOldestAgeMs: 61_000n }, 'outbox does not drain'],
  [{ outboxExpiredLeases: 1 }, 'outbox leases expired'],
  [{ deadLetters: 1 }, 'dead letters'],
  [{ intentsExpiredLeases: 1 }, 'vendor calls with expired leases'],
  [{ consumerPending: 10_001 }, 'consumer lags'],
])('calls %o stuck', (part, reason) => {
  const statuses = new Map([['mail', { ...quiet, ...part }]]);
  expect(isWell(statuses)).toBe(false);
  expect(statusTable(statuses)).toContain(`STUCK: ${reason}`);
});

it('does not take silence for well', () => {
  const statuses = new Map([['mail', undefined]]);
  expect(isWell(statuses)).toBe(false);
  expect(statusTable(statuses)).toMatch(/mail .* NO ANSWER/);
});
