import { earlier, freshKey, type TourGroup } from './operation.ts';

const DAY_MS = 86_400_000;

export const meetings: TourGroup = {
  title: 'Meetings',
  operations: [
    {
      name: 'PlanMeeting',
      title: 'Plan a meeting on Zoom',
      query: `mutation PlanMeeting($input: MeetingCreateInput!) {
  meetingCreate(input: $input) {
    meeting { id status startsAt timeZone joinUrl sandbox }
    replayed
    userErrors { code message path }
  }
}`,
      variables: () => ({
        input: {
          idempotencyKey: freshKey(),
          title: 'First look',
          startsAt: tomorrowAtNoon(),
          durationMinutes: 30,
          timeZone: 'Europe/Berlin',
          conference: 'ZOOM',
          attendees: [{ email: 'ana@example.com', name: 'Ana Petrova' }],
        },
      }),
      leaves: { meetingId: 'meetingCreate.meeting.id' },
    },
    {
      name: 'MeetingStatus',
      title: 'See where it stands',
      query: `query MeetingStatus($id: ID!) {
  meeting(id: $id) { id title status startsAt joinUrl changePending errorCode }
}`,
      variables: (known) => ({ id: earlier(known, 'meetingId', 'PlanMeeting') }),
    },
  ],
};

function tomorrowAtNoon(): string {
  return `${new Date(Date.now() + DAY_MS).toISOString().slice(0, 10)}T12:00:00Z`;
}
