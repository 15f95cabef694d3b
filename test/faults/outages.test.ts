import { findPostgres, startPostgres, type TestPostgres, waitFor } from '@switchboard/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Flow, rounds } from '../src/faults/crash.ts';
import { meetingCreate } from '../src/faults/flows/appointments.ts';
import { mailSend } from '../src/faults/flows/mails.ts';
import { payAndRefund } from '../src/faults/flows/payments.ts';
import { freshText, prepareTexts, sendText, smsSend } from '../src/faults/flows/texts.ts';
import { requireWhole } from '../src/faults/invariants.ts';
import { Station } from '../src/faults/station.ts';
import { streamOfWork } from '../src/faults/stream-of-work.ts';

const TEXTS = 24;
// Work that failed again and again while something was away is tried anew after pauses that double.
const TEST_MS = 300_000;
const ROUNDS = Array.from({ length: rounds() }, (_, index) => index + 1);

let station: Station;
afterEach(() => station.close());

async function openStation(service: string, databaseUrl?: string): Promise<void> {
  station = await Station.open({ service, ...(databaseUrl && { databaseUrl }) });
  await station.start();
  if (service === 'telephony') await prepareTexts(station);
}

/** Every run came to its end once, and the process that began is the one that ended. */
async function requireAllDone<R>(flow: Flow<R>, runs: readonly R[], pid: number): Promise<void> {
  for (const run of runs) await flow.settled(station, run);
  await station.untilQuiet();
  for (const run of runs) await flow.verify(station, run);
  expect(station.running).toMatchObject({ pid, isRunning: true });
  await station.stop();
  await requireWhole(station);
}

describe('a broker that is killed during a stream of mutations', () => {
  it.each(ROUNDS)(
    'costs nothing: none is refused, lost or doubled, and no process ends (round %i)',
    async () => {
      await openStation('telephony');
      const { pid } = station.running;
      const kill = () => station.broker.restart();
      const { runs, refusals } = await streamOfWork(station, smsSend, TEXTS, [
        { after: 5, disturb: kill },
        { after: 10, disturb: kill },
        { after: 18, disturb: kill },
      ]);
      expect(refusals).toEqual([]);
      await requireAllDone(smsSend, runs, pid);
    },
    TEST_MS,
  );

  it(
    'may stay away: mutations are accepted, and their events follow when it is back',
    async () => {
      await openStation('telephony');
      const { pid } = station.running;
      // Credentials that auth lent before are kept for minutes.
      const first = freshText();
      await sendText(station, first);
      await smsSend.settled(station, first);
      await station.broker.kill();
      const { runs, refusals } = await streamOfWork(station, smsSend, 8, []);
      expect(refusals).toEqual([]);
      await station.broker.restart();
      await requireAllDone(smsSend, [first, ...runs], pid);
    },
    TEST_MS,
  );
});

type Stream = readonly [service: string, flow: Flow<never>, count: number];

/** What runs while PostgreSQL goes away; on it several callbacks about one thing are worked on at once. */
const STREAMS: readonly Stream[] = [['billing', payAndRefund as Flow<never>, 12]];
/** Their use of the database is the kits', which payments go through as well. */
const IN_LONG_RUNS: readonly Stream[] = [
  ['telephony', smsSend as Flow<never>, TEXTS],
  ['mail', mailSend as Flow<never>, TEXTS],
  ['meetings', meetingCreate as Flow<never>, 12],
];

const programs = findPostgres();
if (programs) {
  describe('a PostgreSQL that goes away', () => {
    let postgres: TestPostgres;
    beforeAll(async () => {
      postgres = await startPostgres(programs);
    });
    afterAll(() => postgres.stop());

    describe.each(rounds() > 1 ? [...STREAMS, ...IN_LONG_RUNS] : STREAMS)(
      'during a stream of mutations of %s',
      (service, flow, count) => {
        it.each(ROUNDS)(
          'loses and doubles none, and no process ends (round %i)',
          async () => {
            await openStation(service, postgres.createDatabase());
            const { pid } = station.running;
            const restart = async (): Promise<void> => {
              await postgres.restart();
              // What was in hand when the database went is taken up again when its lease is over.
              await station.passLeases();
            };
            const { runs, refusals } = await streamOfWork(
              station,
              flow,
              count,
              [0.2, 0.4, 0.7].map((part) => ({ after: Math.ceil(part * count), disturb: restart })),
            );
            for (const refusal of refusals) expect(refusal).toMatch(/UNAVAILABLE|IDEMPOTENCY_IN_PROGRESS/);
            // What was in hand when the database went is taken up again when its lease is over.
            await station.passLeases();
            await requireAllDone(flow, runs, pid);
          },
          TEST_MS,
        );
      },
    );

    it(
      'is told as UNAVAILABLE and by readiness, and forgotten after its return',
      async () => {
        await openStation('telephony', postgres.createDatabase());
        const { pid } = station.running;
        await postgres.kill();
        await expect(sendText(station, freshText())).rejects.toThrow('UNAVAILABLE');
        expect((await fetch(`${station.url}/health/ready`)).status).toBe(503);
        expect((await fetch(`${station.url}/health/live`)).status).toBe(200);
        await postgres.restart();
        const run = freshText();
        await waitFor('a text to be accepted', () => sendText(station, run).then(() => true));
        await requireAllDone(smsSend, [run], pid);
      },
      TEST_MS,
    );
  });
}
