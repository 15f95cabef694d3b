import assert from 'node:assert/strict';
import { testActor, waitFor } from '@switchboard/testing';
import type { Flow } from '../crash.ts';
import { requestsTo } from '../sandbox-control.ts';
import type { Station } from '../station.ts';

const SETTLED_MS = 60_000;

const CREATE = `mutation ($input: MeetingCreateInput!) {
  meetingCreate(input: $input) { meeting { id status } replayed userErrors { code } } }`;
const READ = 'query ($id: ID!) { meeting(id: $id) { id status } }';

/** One meeting. */
export interface MeetingRun {
  readonly idempotencyKey: string;
  meetingId: string;
}

interface Created {
  readonly meetingCreate: { readonly meeting: { readonly id: string } | null };
}

const actor = testActor();

async function statusOf(station: Station, { meetingId }: MeetingRun): Promise<string | undefined> {
  const { data } = await station.graphql<{ meeting: { status: string } | null }>(actor, READ, {
    id: meetingId,
  });
  return data?.meeting?.status;
}

/** How many meetings Zoom made for it; our id stands in what it is asked for. */
function madeByZoom({ sandbox }: Station, { meetingId }: MeetingRun): Promise<number> {
  return requestsTo(
    sandbox,
    'zoom',
    ({ method, path, body, effect }) =>
      effect &&
      method === 'POST' &&
      path.endsWith('/users/me/meetings') &&
      JSON.stringify(body ?? null).includes(meetingId),
  );
}

function untilEnd(station: Station, run: MeetingRun): Promise<string> {
  return waitFor(
    'the end of the meeting',
    async () => {
      const status = await statusOf(station, run);
      if (status === 'SCHEDULED' || status === 'FAILED') return status;
      return status === 'OUTCOME_UNKNOWN' && (await madeByZoom(station, run)) === 0 && status;
    },
    SETTLED_MS,
  );
}

/** Zoom has no idempotency keys: at most one meeting, and where it may not have been made, we say so. */
export const meetingCreate: Flow<MeetingRun> = {
  fresh: () => ({ idempotencyKey: crypto.randomUUID(), meetingId: '' }),
  async act(station, run) {
    const created = await station.graphql<Created>(actor, CREATE, {
      input: {
        idempotencyKey: run.idempotencyKey,
        title: 'Review',
        startsAt: '2030-11-02T09:00:00.000Z',
        durationMinutes: 30,
        timeZone: 'Europe/Zurich',
        conference: 'ZOOM',
        attendees: [{ email: 'ana@example.com' }],
      },
    });
    const id = created.data?.meetingCreate.meeting?.id;
    if (!id) throw new Error(JSON.stringify(created));
    run.meetingId = id;
  },
  async settled(station, run) {
    const status = await untilEnd(station, run);
    if (status !== 'OUTCOME_UNKNOWN') return;
    // The service goes on asking Zoom for a minute before it says that there is no meeting.
    await station.whileAside(async (query) => {
      await query(`update meetings set updated_at = updated_at - interval '2 minutes'`);
      await query(`update intents set run_at = now() where state = 'READY'`);
    });
    await waitFor(
      'word of Zoom',
      async () => (await statusOf(station, run)) !== 'OUTCOME_UNKNOWN',
      SETTLED_MS,
    );
  },
  async verify(station, run) {
    const status = await statusOf(station, run);
    assert.equal(await madeByZoom(station, run), status === 'SCHEDULED' ? 1 : 0);
  },
};
