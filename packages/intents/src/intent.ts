import type { AppError } from '@switchboard/errors';
import type { EventTx } from '@switchboard/messaging';

/** What a call to the outside needs; the types leave no way to forget one. */
export interface IntentCall {
  /** Same for every attempt: the vendor's idempotency key. */
  readonly intentId: string;
  readonly workspaceId: string;
  /** Fires when the vendor had its time. */
  readonly signal: AbortSignal;
}

/**
 * A kind of work outside of the database, decided in one transaction, done outside of any, recorded in another.
 * The payload is kept as JSON: ids, never secrets.
 */
export interface Intent<P extends object, O> {
  /** Key of its rows; frozen, or rows of the version before would find nobody. */
  readonly kind: string;
  /**
   * Whether doing it twice has one effect, because the vendor honours idempotency keys or because it only reads.
   * If not, a lost answer or a crash ends as OUTCOME_UNKNOWN, never in a second try.
   */
  readonly repeatable: boolean;
  /** Does the work. @throws AppError; a code that settles by retry is tried again later. */
  act(payload: P, call: IntentCall): Promise<O>;
  /** Records what happened. */
  settle(tx: EventTx, payload: P, outcome: O): Promise<void>;
  /** Records that it will not happen, or that nobody knows (`OUTCOME_UNKNOWN`). */
  fail(tx: EventTx, payload: P, error: AppError): Promise<void>;
}

/** Any intent, for the worker, which only passes payloads and outcomes along. */
export type AnyIntent = Intent<object, unknown>;

export function defineIntent<P extends object, O>(intent: Intent<P, O>): Intent<P, O> {
  return intent;
}
