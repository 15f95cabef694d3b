import { defineHandler, type Handler } from '@switchboard/messaging';
import { MeetingCreatedSchema } from '@switchboard/proto-schemas';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';

/** Sends an invitation to everybody a meeting is for. */
export function onMeetingCreated(mails: TemplateMails): Handler {
  return defineHandler({
    name: 'mail-meeting-invitation',
    event: MeetingCreatedSchema,
    handle: (event, tx) => mails.plan(tx, event, 'meeting-invitation', event.payload.meetingId),
  });
}
