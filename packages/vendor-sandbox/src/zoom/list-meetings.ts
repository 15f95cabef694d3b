import { base64UrlId } from '../random-ids.ts';
import type { Meeting, ZoomAccount } from './account.ts';
import { meetingSummary } from './meetings.ts';
import { ZoomError } from './zoom-error.ts';

const PAGE_SIZE_DEFAULT = 30;
const PAGE_SIZE_MAX = 300;
const TOKEN_MS = 15 * 60_000;
const TYPES = ['scheduled', 'live', 'upcoming', 'upcoming_meetings', 'previous_meetings'];

/**
 * One page of a user's meetings. `next_page_token` lives 15 minutes and is empty on the last page.
 * https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/users/{userId}/meetings
 * @throws ZoomError 300 for wrong parameters, an unknown token or an old one
 */
export function listMeetings(
  account: ZoomAccount,
  query: Readonly<Record<string, string>>,
  now: Date,
  webUrl: string,
) {
  const type = query.type ?? 'scheduled';
  if (!TYPES.includes(type)) throw new ZoomError(400, 300, 'Invalid parameter: type.');
  const pageSize = query.page_size === undefined ? PAGE_SIZE_DEFAULT : Number(query.page_size);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > PAGE_SIZE_MAX) {
    throw new ZoomError(400, 300, 'Invalid parameter: page_size.');
  }
  let offset = 0;
  if (query.next_page_token) {
    const page = account.pages.get(query.next_page_token);
    if (!page || page.filter !== type || page.expiresAt < now.getTime()) {
      throw new ZoomError(400, 300, 'The next page token is invalid or expired.');
    }
    offset = page.offset;
  }
  const meetings = [...account.meetings.values()]
    .filter((meeting) => isOfType(meeting, type, now))
    .sort((left, right) => (left.startTime?.getTime() ?? 0) - (right.startTime?.getTime() ?? 0));
  const shown = meetings.slice(offset, offset + pageSize);
  let nextPageToken = '';
  if (offset + pageSize < meetings.length) {
    nextPageToken = base64UrlId(24);
    account.pages.set(nextPageToken, {
      offset: offset + pageSize,
      filter: type,
      expiresAt: now.getTime() + TOKEN_MS,
    });
  }
  return {
    page_size: pageSize,
    total_records: meetings.length,
    next_page_token: nextPageToken,
    meetings: shown.map((meeting) => meetingSummary(account, meeting, webUrl)),
  };
}

function isOfType(meeting: Meeting, type: string, now: Date): boolean {
  switch (type) {
    case 'live':
      return meeting.status === 'started';
    case 'previous_meetings':
      return meeting.endedAt !== null;
    case 'upcoming':
    case 'upcoming_meetings':
      return meeting.type === 3 || (meeting.startTime !== null && meeting.startTime >= now);
    default:
      return meeting.type !== 1;
  }
}
