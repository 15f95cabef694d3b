import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AppError, notFound } from '@switchboard/errors';
import type { RpcImplementation } from '@switchboard/messaging';
import type { MeetingsService } from '@switchboard/proto-schemas';
import { type Database, SYSTEM } from '@switchboard/storage';
import { Meeting } from '../domain/meeting.ts';

/** Answers `mail`, and nobody else, who is invited to what: events carry no personal data. */
export function invitationContext(database: Database): RpcImplementation<typeof MeetingsService> {
  return {
    async invitationContext({ meetingId }, { asker }) {
      if (asker !== 'mail') throw new AppError('FORBIDDEN', `${asker} asked who is invited to a meeting`);
      const meeting = await database.read(SYSTEM, (em) => em.findOne(Meeting, { id: meetingId }));
      if (!meeting) throw notFound('Meeting');
      return {
        workspaceId: meeting.workspaceId,
        title: meeting.title,
        startsAt: timestampFromDate(meeting.startsAt),
        durationMinutes: meeting.durationMinutes,
        timeZone: meeting.timeZone,
        joinUrl: meeting.joinUrl ?? '',
        // Users' names are auth's; here is only an id.
        organizerName: '',
        attendees: meeting.attendees.map(({ email, name }) => ({ email, name: name ?? '' })),
        sandbox: meeting.sandbox,
        cancelled: meeting.status === 'CANCELLED',
      };
    },
  };
}
