import type { ConfigShape } from '@switchboard/config';
import { z } from 'zod';

/** Telephony needs nothing beyond what every service has: credentials come from auth. */
export const telephonyConfig = { base: z.object({}) } as const satisfies ConfigShape;
