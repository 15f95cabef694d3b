import type { ConfigShape } from '@switchboard/config';
import { z } from 'zod';

/** Billing needs nothing beyond what every service has: credentials come from auth. */
export const billingConfig = { base: z.object({}) } as const satisfies ConfigShape;
