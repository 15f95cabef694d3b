import type { RateState } from './rate-accounts.ts';

/**
 * The caller's bucket as response headers (draft-ietf-httpapi-ratelimit-headers-06): points a full bucket holds, points
 * left, and seconds until it is full again.
 */
export function rateHeaders({ limit, remaining, resetMs }: RateState): Readonly<Record<string, string>> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(Math.ceil(resetMs / 1_000)),
  };
}
