import { describe, expect, it } from 'vitest';
import { agendaOf, toConference, toZoomMeeting, toZoomTime } from './zoom.mapping.ts';
import { meetingAnswer } from './zoom.schemas.ts';

const timeZone = 'Europe/Zurich';

describe('the start', () => {
  // In Zurich 2027-03-28T02:30 does not exist, and 2027-10-31T02:30 comes twice.
  it.each([
    ['before summer time', '2027-03-28T00:30:00.000Z', '2027-03-28T00:30:00Z'],
    ['after the gap', '2027-03-28T01:30:00.000Z', '2027-03-28T01:30:00Z'],
    ['the first 02:30', '2027-10-31T00:30:00.000Z', '2027-10-31T00:30:00Z'],
    ['the second 02:30', '2027-10-31T01:30:00.000Z', '2027-10-31T01:30:00Z'],
  ])('is a moment in UTC: %s', (_name, given, expected) => {
    const time = toZoomTime({ startsAt: new Date(given), durationMinutes: 30, timeZone });
    expect(time).toEqual({ start_time: expected, duration: 30, timezone: timeZone });
  });
});

it('makes a scheduled meeting that can be found again', () => {
  const wanted = {
    meetingId: 'mtg_1',
    title: 'Talk',
    startsAt: new Date('2027-01-15T13:00:00Z'),
    durationMinutes: 45,
    timeZone,
  };
  expect(toZoomMeeting(wanted)).toEqual({
    topic: 'Talk',
    type: 2,
    agenda: agendaOf('mtg_1'),
    start_time: '2027-01-15T13:00:00Z',
    duration: 45,
    timezone: timeZone,
  });
});

describe('Zoom’s answer', () => {
  const answer = {
    id: 92_674_392_836,
    join_url: 'https://zoom.us/j/92674392836',
    start_time: '2027-01-15T13:00:00Z',
    duration: 60,
    timezone: timeZone,
    settings: { whatever: true },
  };

  it('becomes a conference; its id exceeds 32 bits and is a string', () => {
    expect(toConference(meetingAnswer.parse(answer))).toEqual({
      providerMeetingId: '92674392836',
      joinUrl: 'https://zoom.us/j/92674392836',
      startsAt: new Date('2027-01-15T13:00:00Z'),
      durationMinutes: 60,
      timeZone,
    });
  });

  it('without a fixed time is none of ours', () => {
    expect(toConference(meetingAnswer.parse({ ...answer, start_time: undefined }))).toBeUndefined();
  });

  it.each([{ id: undefined }, { id: 1.5 }, { join_url: 'nowhere' }, { start_time: 'tomorrow' }])(
    'is refused with %j',
    (fault) => {
      expect(meetingAnswer.safeParse({ ...answer, ...fault }).success).toBe(false);
    },
  );
});
