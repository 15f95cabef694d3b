import type { ConfigShape } from '@switchboard/config';
import { envelopeKey } from '@switchboard/envelope';
import { z } from 'zod';

const KEY_BYTES_MIN = 32;

const checkpointKey = z
  .base64()
  .refine((text) => Buffer.from(text, 'base64').length >= KEY_BYTES_MIN, {
    message: `must be at least ${KEY_BYTES_MIN} bytes, base64`,
  })
  .transform((text) => Buffer.from(text, 'base64'));

const VAULT_KEY_BYTES = 32;

const vaultKey = z
  .base64()
  .refine((text) => Buffer.from(text, 'base64').length === VAULT_KEY_BYTES, {
    message: `must be ${VAULT_KEY_BYTES} bytes, base64`,
  })
  .transform((text) => envelopeKey(Buffer.from(text, 'base64')));

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
    AUDIT_VAULT_KEY: vaultKey.meta({
      secret: true,
      description:
        'Encrypts the keys of what tools were called with and what they answered: 32 bytes, base64. Keep it away from the database.',
    }),
    AUDIT_VAULT_KEY_PREVIOUS: vaultKey.optional().meta({
      secret: true,
      description: 'The key before; at the start what it encrypts is moved to AUDIT_VAULT_KEY.',
    }),
  }),
} as const satisfies ConfigShape;
