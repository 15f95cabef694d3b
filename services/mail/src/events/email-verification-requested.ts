import { defineHandler, type Handler } from '@switchboard/messaging';
import { EmailVerificationRequestedSchema } from '@switchboard/proto-schemas';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';

/** Sends a link to confirm an address. */
export function onEmailVerificationRequested(mails: TemplateMails): Handler {
  return defineHandler({
    name: 'mail-verification',
    event: EmailVerificationRequestedSchema,
    handle: (event, tx) => mails.plan(tx, event, 'verification', event.payload.verificationId),
  });
}
