import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** The vendors the sandbox plays. */
export const VENDOR_NAMES = [
  'twilio',
  'stripe',
  'paypal',
  'zoom',
  'sendgrid',
  'smtp',
  'imap',
  'google',
  'microsoft',
] as const;
export type VendorName = (typeof VENDOR_NAMES)[number];

/** Name of the account that every vendor starts with. */
export const PLATFORM_ACCOUNT = 'platform';

/** An account made through the control API. */
export interface NewAccount {
  /** Name of the account towards the control API. */
  readonly account: string;
  /** Secret names as a connection uses them. */
  readonly credentials: Record<string, string | readonly string[]>;
}

/** A webhook address that was set through the control API. */
export interface WebhookRegistration {
  readonly account: string;
  readonly url: string;
  /** What verifies the callbacks, under the name a connection uses. */
  readonly secret: Record<string, string>;
}

/** Something from the outside world that the control API can make happen. */
export interface Simulation {
  readonly input: z.ZodType;
  run(input: unknown): unknown | Promise<unknown>;
}

/** Ties a simulation's schema to its code, so that the code sees checked input. */
export function simulation<S extends z.ZodType>(
  input: S,
  run: (input: z.output<S>) => unknown | Promise<unknown>,
): Simulation {
  return { input, run: (raw) => run(raw as z.output<S>) };
}

/** An answer in the vendor's own shape, for an injected fault. */
export interface FaultAnswer {
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

/** What the sandbox needs from each vendor. */
export interface Vendor {
  readonly name: VendorName;
  /** Adds the vendor's routes; the instance already carries the prefix `/<name>`. Absent for SMTP and IMAP. */
  register?(app: FastifyInstance): void;
  addAccount(): NewAccount;
  /** @throws ControlError when the account is unknown, or the vendor refuses the address. */
  setWebhook(account: string, url: string): Promise<WebhookRegistration>;
  readonly simulations: Readonly<Record<string, Simulation>>;
  /** Back to the seeded state. */
  reset(): void;
}

/** How a vendor words a failure that the control API asked for. */
export type FaultWording = (status: number, request: FastifyRequest) => FaultAnswer;
