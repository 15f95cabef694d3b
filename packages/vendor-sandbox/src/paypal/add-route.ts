import type { AccessTokens } from '../access-tokens.ts';
import type { World } from '../world.ts';
import type { PaypalAccount } from './account.ts';
import type { PaypalCheckout } from './checkout.ts';
import type { PaypalEvents } from './events.ts';
import type { PaypalResources } from './resources.ts';

/** What PayPal's routes work with. */
export interface PaypalRoutes {
  readonly world: World;
  readonly tokens: AccessTokens<PaypalAccount>;
  readonly events: PaypalEvents;
  readonly checkout: PaypalCheckout;
  readonly resources: PaypalResources;
  findAccount(clientId: string): PaypalAccount | undefined;
}

/** One authenticated call. */
export interface PaypalCall {
  readonly account: PaypalAccount;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
  readonly hasRequestId: boolean;
  /** `Prefer: return=representation`. */
  readonly wantsAll: boolean;
}

/** Adds one route behind a bearer token. */
export type AddRoute = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  handle: (call: PaypalCall) => { status: number; body?: object },
) => void;
