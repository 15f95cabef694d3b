import { defineHandler, type Handler } from '@switchboard/messaging';
import { MeetingUpdatedSchema } from '@switchboard/proto-schemas';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';

/** Sends the new time or title to everybody a meeting is for. */
export function onMeetingUpdated(mails: TemplateMails): Handler {
  return defineHandler({
    name: 'mail-meeting-update',
    event: MeetingUpdatedSchema,
    handle: (event, tx) => mails.plan(tx, event, 'meeting-update', event.payload.meetingId),
  });
}
