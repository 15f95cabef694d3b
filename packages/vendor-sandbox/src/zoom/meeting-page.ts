import type { FastifyInstance } from 'fastify';
import { PAGE_HEADERS, questionPage } from '../html.ts';
import type { Meeting, ZoomAccount } from './account.ts';
import type { ZoomHosting } from './hosting.ts';
import { zoomTime } from './meetings.ts';

interface PageRoute {
  Params: { meetingId: string };
  Body: Record<string, unknown>;
}

/** Where `join_url` and `start_url` lead: a page that starts and ends the meeting. */
export function registerMeetingPage(
  app: FastifyInstance,
  hosting: ZoomHosting,
  find: (meetingId: string) => { account: ZoomAccount; meeting: Meeting } | undefined,
): void {
  for (const path of ['/j/:meetingId', '/s/:meetingId']) {
    app.get<PageRoute>(path, (request, reply) => {
      const found = find(request.params.meetingId);
      if (!found) return reply.code(404).type('text/plain').send('There is no such meeting.');
      const { meeting } = found;
      return reply.headers(PAGE_HEADERS).send(
        questionPage({
          title: meeting.topic,
          facts: {
            Meeting: String(meeting.id),
            Starts: meeting.startTime ? zoomTime(meeting.startTime) : 'at any time',
            Minutes: String(meeting.durationMinutes),
            Status: meeting.status,
          },
          action: request.url,
          buttons: [
            meeting.status === 'started'
              ? { value: 'end', label: 'End' }
              : { value: 'start', label: 'Start' },
          ],
        }),
      );
    });
    app.post<PageRoute>(path, (request, reply) => {
      const found = find(request.params.meetingId);
      if (!found) return reply.code(404).type('text/plain').send('There is no such meeting.');
      if (request.body.answer === 'end') hosting.end(found.account, found.meeting);
      else hosting.start(found.account, found.meeting);
      return reply.redirect(request.url, 303);
    });
  }
}
