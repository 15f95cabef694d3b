import { defineHandler, type Handler } from '@switchboard/messaging';
import { MeetingCancelledSchema } from '@switchboard/proto-schemas';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';

/** Sends word to everybody a meeting was for. */
export function onMeetingCancelled(mails: TemplateMails): Handler {
  return defineHandler({
    name: 'mail-meeting-cancellation',
    event: MeetingCancelledSchema,
    handle: (event, tx) => mails.plan(tx, event, 'meeting-cancellation', event.payload.meetingId),
  });
}
