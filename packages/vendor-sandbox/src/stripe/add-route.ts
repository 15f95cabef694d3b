import type { NestedForm } from '../forms.ts';
import type { World } from '../world.ts';
import type { StripeAccount } from './account.ts';
import type { Cause, StripeEvents } from './events.ts';
import type { StripePayments } from './payments.ts';
import type { StripeRefunds } from './refunds.ts';

/** What Stripe's routes work with. */
export interface StripeRoutes {
  readonly world: World;
  readonly events: StripeEvents;
  readonly payments: StripePayments;
  readonly refunds: StripeRefunds;
  findAccount(secretKey: string): StripeAccount | undefined;
}

/** One authenticated call. */
export interface StripeCall {
  readonly account: StripeAccount;
  /** Parameters of the body (POST) or the query. */
  readonly form: NestedForm;
  readonly cause: Cause;
}

/** Adds one route; the answer is expanded and sent as JSON. */
export type AddRoute = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  handle: (call: StripeCall, params: Record<string, string>) => object,
) => void;
