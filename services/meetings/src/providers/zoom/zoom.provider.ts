import { AppError } from '@switchboard/errors';
import type { MeetingProvider } from '../meeting-provider.ts';
import { ZoomClient } from './zoom.client.ts';
import { toProviderError, ZoomGarbled } from './zoom.errors.ts';
import { agendaOf, toConference, toZoomMeeting, toZoomTime } from './zoom.mapping.ts';
import { meetingAnswer, meetingsAnswer } from './zoom.schemas.ts';

const PAGE_SIZE = '300';
const PAGES_MAX = 100;
/** Of a server-to-server app: the user who owns it. */
const HOST = '/users/me/meetings';

/** Zoom by its REST API. */
export function zoomProvider(client: ZoomClient = new ZoomClient()): MeetingProvider {
  return {
    id: 'zoom',
    conferences: {
      async create(wanted, call) {
        const created = await client.send(call, {
          operation: 'meetings.create',
          method: 'POST',
          path: HOST,
          body: toZoomMeeting(wanted),
          acts: true,
          answer: meetingAnswer,
        });
        const conference = toConference(created);
        if (!conference) {
          throw toProviderError('meetings.create', new ZoomGarbled('no fixed time'), { acts: true });
        }
        return conference;
      },

      async find(providerMeetingId, call) {
        const found = await unlessGone(
          client.send(call, {
            operation: 'meetings.get',
            method: 'GET',
            path: meetingPath(providerMeetingId),
            acts: false,
            answer: meetingAnswer,
          }),
        );
        return found && toConference(found);
      },

      async findOurs(meetingId, call) {
        let pageToken: string | undefined;
        for (let page = 0; page < PAGES_MAX; page += 1) {
          const listed = await client.send(call, {
            operation: 'meetings.list',
            method: 'GET',
            path: HOST,
            query: {
              type: 'scheduled',
              page_size: PAGE_SIZE,
              ...(pageToken && { next_page_token: pageToken }),
            },
            acts: false,
            answer: meetingsAnswer,
          });
          const ours = listed.meetings.find(({ agenda }) => agenda === agendaOf(meetingId));
          if (ours) return toConference(ours);
          pageToken = listed.next_page_token || undefined;
          if (!pageToken) return undefined;
        }
        throw new AppError('INTERNAL', `Zoom lists more than ${PAGES_MAX} pages of meetings`);
      },

      // Either may be repeated: the meeting is then where it should be, or gone, once more.
      async move(providerMeetingId, time, call) {
        await client.send(call, {
          operation: 'meetings.update',
          method: 'PATCH',
          path: meetingPath(providerMeetingId),
          body: toZoomTime(time),
          acts: false,
        });
      },

      async remove(providerMeetingId, call) {
        await unlessGone(
          client.send(call, {
            operation: 'meetings.delete',
            method: 'DELETE',
            path: meetingPath(providerMeetingId),
            acts: false,
          }),
        );
      },
    },
    checker: {
      check: ({ credential }) => client.renewToken(credential),
    },
  };
}

function meetingPath(providerMeetingId: string): string {
  return `/meetings/${encodeURIComponent(providerMeetingId)}`;
}

async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (AppError.from(thrown).code === 'NOT_FOUND') return undefined;
    throw thrown;
  }
}
