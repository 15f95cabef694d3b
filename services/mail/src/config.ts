import type { ConfigShape } from '@switchboard/config';
import { z } from 'zod';

/** Mail needs little beyond what every service has: credentials come from auth. */
export const mailConfig = {
  base: z.object({
    MAIL_FROM_ADDRESS: z
      .email()
      .default('no-reply@switchboard.test')
      .meta({ description: 'Sender of mails whose connection has no fromAddress of its own.' }),
    MAIL_PRODUCT_NAME: z
      .string()
      .min(1)
      .max(100)
      .default('Switchboard')
      .meta({ description: 'Name of the product in the built-in mails.' }),
  }),
} as const satisfies ConfigShape;
