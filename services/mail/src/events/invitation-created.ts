import { defineHandler, type Handler } from '@switchboard/messaging';
import { InvitationCreatedSchema } from '@switchboard/proto-schemas';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';

/** Sends an invitation into a workspace. */
export function onInvitationCreated(mails: TemplateMails): Handler {
  return defineHandler({
    name: 'mail-invitation',
    event: InvitationCreatedSchema,
    async handle(event, tx) {
      // Its link is handed over by other means.
      if (event.payload.unsent) return;
      await mails.plan(tx, event, 'invitation', event.payload.invitationId);
    },
  });
}
