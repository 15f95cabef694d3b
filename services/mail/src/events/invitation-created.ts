import { defineHandler, type Handler } from '@switchboard/messaging';
import { InvitationCreatedSchema } from '@switchboard/proto-schemas';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';

/** Sends an invitation into a workspace, unless whoever invites hands the link over. */
export function onInvitationCreated(mails: TemplateMails): Handler {
  return defineHandler({
    name: 'mail-invitation',
    event: InvitationCreatedSchema,
    handle: async (event, tx) => {
      const { invitationId, handedOver } = event.payload;
      if (!handedOver) await mails.plan(tx, event, 'invitation', invitationId);
    },
  });
}
