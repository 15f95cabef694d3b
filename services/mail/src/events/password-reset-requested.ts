import { defineHandler, type Handler } from '@switchboard/messaging';
import { PasswordResetRequestedSchema } from '@switchboard/proto-schemas';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';

/** Sends a link to set a new password. */
export function onPasswordResetRequested(mails: TemplateMails): Handler {
  return defineHandler({
    name: 'mail-password-reset',
    event: PasswordResetRequestedSchema,
    handle: (event, tx) => mails.plan(tx, event, 'password-reset', event.payload.resetId),
  });
}
