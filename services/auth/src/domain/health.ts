/** How a connection fares, judged by what the services that use or try it report. */
import type { FailureCode } from '@switchboard/errors';
import { after, MINUTE_MS } from './clock.ts';

export const CONNECTION_STATES = ['CONNECTED', 'DISCONNECTED', 'NOT_CONFIGURED', 'ERROR'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** Written at most this often while nothing changes. */
const SUCCESS_GRAIN_MS = MINUTE_MS;

export interface Health {
  readonly state: ConnectionState;
  /** When the state began. */
  readonly since: Date;
  readonly lastErrorCode: string | null;
  readonly lastSuccessAt: Date | null;
}

/** Failures that speak of the connection; others speak of one request (a declined card, a wrong number). */
const STATE_AFTER: Partial<Record<FailureCode, ConnectionState>> = {
  RECONNECT_REQUIRED: 'DISCONNECTED',
  UNAUTHENTICATED: 'DISCONNECTED',
  FORBIDDEN: 'ERROR',
  UNAVAILABLE: 'ERROR',
  INTERNAL: 'ERROR',
};

const SENTENCES: Readonly<Record<string, string>> = {
  RECONNECT_REQUIRED: 'The vendor no longer accepts the credential. Connect again.',
  UNAUTHENTICATED: 'The vendor does not accept the credential. Connect again.',
  FORBIDDEN: 'The credential lacks a permission at the vendor.',
  UNAVAILABLE: 'The vendor did not answer.',
  INTERNAL: 'A call to the vendor failed.',
};

/** A sentence for the user about an error code. */
export function errorSentence(code: string): string {
  return SENTENCES[code] ?? 'A call to the vendor failed.';
}

/**
 * The health after one use.
 * @param errorCode empty when the vendor accepted the credential.
 * @returns `undefined` when there is nothing worth writing.
 */
export function healthAfterUse(health: Health, errorCode: string, now: Date): Health | undefined {
  if (errorCode !== '') {
    const state = STATE_AFTER[errorCode as FailureCode];
    if (!state) return undefined;
    if (state === health.state && errorCode === health.lastErrorCode) return undefined;
    return { ...health, state, since: state === health.state ? health.since : now, lastErrorCode: errorCode };
  }
  const isRecent = health.lastSuccessAt && after(health.lastSuccessAt, SUCCESS_GRAIN_MS) > now;
  if (health.state === 'CONNECTED' && isRecent) return undefined;
  return {
    state: 'CONNECTED',
    since: health.state === 'CONNECTED' ? health.since : now,
    lastErrorCode: null,
    lastSuccessAt: now,
  };
}
