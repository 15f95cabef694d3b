import { table } from './table.ts';

/** What one service answers (`rpc.ops.v1.StatusResponse`). */
export interface ServiceStatus {
  outboxPending: number;
  outboxOldestAgeMs: bigint;
  outboxExpiredLeases: number;
  deadLetters: number;
  intentsPending: number;
  intentsExpiredLeases: number;
  consumerPending: number;
  consumerAckPending: number;
  consumerRedelivered: number;
}

/** The relay needs well under a second; a minute is not load but a fault. */
const OUTBOX_AGE_MAX_MS = 60_000;
/** Ten seconds of work at the speed a consumer must hold. */
const CONSUMER_LAG_MAX = 10_000;

/** What does not move by itself any more, in words; empty when all is well. */
export function stuckReasons(status: ServiceStatus): string[] {
  const reasons: [boolean, string][] = [
    [status.outboxOldestAgeMs > OUTBOX_AGE_MAX_MS, 'outbox does not drain'],
    [status.outboxExpiredLeases > 0, 'outbox leases expired'],
    [status.deadLetters > 0, 'dead letters'],
    [status.intentsExpiredLeases > 0, 'vendor calls with expired leases'],
    [status.consumerPending > CONSUMER_LAG_MAX, 'consumer lags'],
  ];
  return reasons.filter(([isStuck]) => isStuck).map(([, reason]) => reason);
}

/** One row per service. `undefined` for one that did not answer. */
export function statusTable(statuses: Map<string, ServiceStatus | undefined>): string {
  const heading = [
    'service',
    'outbox',
    'oldest',
    'expired',
    'dead letters',
    'vendor calls',
    'expired',
    'lag',
    'unacked',
    'redelivered',
    'state',
  ];
  const rows = [...statuses].map(([name, status]) => {
    if (status === undefined) return [name, ...Array(9).fill('-'), 'NO ANSWER'];
    const reasons = stuckReasons(status);
    return [
      name,
      status.outboxPending,
      inSeconds(status.outboxOldestAgeMs),
      status.outboxExpiredLeases,
      status.deadLetters,
      status.intentsPending,
      status.intentsExpiredLeases,
      status.consumerPending,
      status.consumerAckPending,
      status.consumerRedelivered,
      reasons.length === 0 ? 'ok' : `STUCK: ${reasons.join(', ')}`,
    ];
  });
  return table([heading, ...rows]);
}

/** True when every service answered and nothing is stuck. */
export function isWell(statuses: Map<string, ServiceStatus | undefined>): boolean {
  return [...statuses.values()].every((status) => status !== undefined && stuckReasons(status).length === 0);
}

function inSeconds(ms: bigint): string {
  return ms === 0n ? '-' : `${(Number(ms) / 1000).toFixed(1)} s`;
}
