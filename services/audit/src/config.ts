import type { ConfigShape } from '@switchboard/config';
import { z } from 'zod';

const KEY_BYTES_MIN = 32;

const checkpointKey = z
  .base64()
  .refine((text) => Buffer.from(text, 'base64').length >= KEY_BYTES_MIN, {
    message: `must be at least ${KEY_BYTES_MIN} bytes, base64`,
  })
  .transform((text) => Buffer.from(text, 'base64'));

/** What audit needs beyond what every service has. */
export const auditConfig = {
  base: z.object({
    AUDIT_CHECKPOINT_KEY: checkpointKey.meta({
      secret: true,
      description:
        'Signs the ends of the audit chains: 32 random bytes or more, base64. Keep it away from the database.',
    }),
    AUDIT_CHECKPOINT_KEY_PREVIOUS: checkpointKey.optional().meta({
      secret: true,
      description: 'The key before, while checkpoints signed with it are still to be believed.',
    }),
  }),
} as const satisfies ConfigShape;
