import type { ConfigShape } from '@switchboard/config';
import { z } from 'zod';

/** Meetings needs nothing beyond what every service has: credentials come from auth. */
export const meetingsConfig = { base: z.object({}) } as const satisfies ConfigShape;
