import { defineHandler, type Handler } from '@switchboard/messaging';
import { InvitationResentSchema } from '@switchboard/proto-schemas';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';

/** Sends an invitation once more, with its new link. */
export function onInvitationResent(mails: TemplateMails): Handler {
  return defineHandler({
    name: 'mail-invitation-again',
    event: InvitationResentSchema,
    handle: (event, tx) => mails.plan(tx, event, 'invitation', event.payload.invitationId),
  });
}
