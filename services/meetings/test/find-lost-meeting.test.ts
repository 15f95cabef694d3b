import { AppError } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import { type RpcClient, UnitOfWork } from '@switchboard/messaging';
import { CredentialLender, ProviderRegistry } from '@switchboard/providers';
import { migrationsOf } from '@switchboard/service';
import { type Database, SYSTEM } from '@switchboard/storage';
import { memoryDatabase } from '@switchboard/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Meeting } from '../src/domain/meeting.ts';
import type { Conference, ConferenceHost, MeetingProvider } from '../src/providers/meeting-provider.ts';
import { meetings } from '../src/service.ts';
import { findLostMeeting } from '../src/use-cases/find-lost-meeting.ts';
import { readMeeting } from '../src/use-cases/load-meeting.ts';

const conference: Conference = {
  providerMeetingId: '92674392836',
  joinUrl: 'https://zoom.example/j/92674392836',
  startsAt: new Date('2027-01-15T13:00:00Z'),
  durationMinutes: 30,
  timeZone: 'UTC',
};
const call = { intentId: 'int_1', workspaceId: 'wsp_1', signal: AbortSignal.timeout(60_000) };

let database: Database;
let meetingId: string;
let ageMs: number;
let listed: () => Promise<Conference | undefined>;

beforeAll(async () => {
  database = await memoryDatabase({
    service: 'meetings',
    entities: [Meeting],
    migrations: migrationsOf(meetings),
  });
});
afterAll(() => database.close());

beforeEach(async () => {
  meetingId = newId('mtg');
  await database.transaction(SYSTEM, async ({ em }) => {
    em.create(Meeting, {
      id: meetingId,
      workspaceId: 'wsp_1',
      userId: null,
      connectionId: 'con_1',
      provider: 'zoom',
      title: 'Talk',
      status: 'OUTCOME_UNKNOWN',
      startsAt: conference.startsAt,
      durationMinutes: 30,
      timeZone: 'UTC',
      attendees: [],
      sandbox: true,
    });
  });
});

function intent() {
  const rpc = { ask: async () => ({ connectionId: 'con_1', secrets: {}, ownerKind: 0 }) } as unknown;
  const zoom = { id: 'zoom', conferences: { findOurs: () => listed() } as unknown as ConferenceHost };
  return findLostMeeting(
    {
      database,
      lender: new CredentialLender(rpc as RpcClient),
      providers: new ProviderRegistry<MeetingProvider>('meeting', [zoom]),
    },
    () => Date.now() + ageMs,
  );
}

async function look(): Promise<string> {
  const work = intent();
  try {
    const found = await work.act({ meetingId }, call);
    await new UnitOfWork(database, 'meetings').run(SYSTEM, (tx) => work.settle(tx, { meetingId }, found));
    return (await readMeeting(database, meetingId)).status;
  } catch (thrown) {
    return AppError.from(thrown).code;
  }
}

it('takes the meeting that the vendor lists', async () => {
  ageMs = 0;
  listed = async () => conference;
  expect(await look()).toBe('SCHEDULED');
  expect(await readMeeting(database, meetingId)).toMatchObject({ providerMeetingId: '92674392836' });
});

it('looks again while the request may still be on its way', async () => {
  ageMs = 30_000;
  listed = async () => undefined;
  expect(await look()).toBe('UNAVAILABLE');
});

it('gives up a meeting that the vendor does not list a minute later', async () => {
  ageMs = 61_000;
  listed = async () => undefined;
  expect(await look()).toBe('FAILED');
  expect(await readMeeting(database, meetingId)).toMatchObject({ errorCode: 'NOT_MADE' });
});

it('decides nothing while the vendor does not answer', async () => {
  ageMs = 600_000;
  listed = async () => {
    throw new AppError('UNAVAILABLE', 'away');
  };
  expect(await look()).toBe('UNAVAILABLE');
  expect((await readMeeting(database, meetingId)).status).toBe('OUTCOME_UNKNOWN');
});
