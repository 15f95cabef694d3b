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
    MAIL_MAILBOX_POLL_SECONDS: z.coerce.number().int().min(1).max(600).default(60).meta({
      description:
        'How often a mailbox is looked at, at least, in seconds. Servers that can (IMAP IDLE) tell of new mail at once.',
    }),
    MAIL_MAILBOXES_MAX: z.coerce.number().int().min(1).max(10_000).default(200).meta({
      description:
        'How many mailboxes one replica stays connected to. Where there are more, they are read in turn.',
    }),
  }),
} as const satisfies ConfigShape;
