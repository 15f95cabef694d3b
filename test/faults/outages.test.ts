import { findPostgres, startPostgres, type TestPostgres, waitFor } from '@switchboard/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { rounds } from '../src/faults/crash.ts';
import { freshText, prepareTexts, sendText, smsSend } from '../src/faults/flows/texts.ts';
import { requireWhole } from '../src/faults/invariants.ts';
import { Station } from '../src/faults/station.ts';
import { streamOfWork } from '../src/faults/stream-of-work.ts';

const TEXTS = 24;
const TEST_MS = 120_000;

let station: Station;
afterEach(() => station.close());

async function openTelephony(databaseUrl?: string): Promise<void> {
  station = await Station.open({ service: 'telephony', ...(databaseUrl && { databaseUrl }) });
  await station.start();
  await prepareTexts(station);
}

/** Every run came to its end once, and the process that began is the one that ended. */
async function requireAllDone(
  runs: Awaited<ReturnType<typeof streamOfWork>>['runs'],
  pid: number,
): Promise<void> {
  for (const run of runs) await smsSend.settled(station, run as never);
  await station.untilQuiet();
  for (const run of runs) await smsSend.verify(station, run as never);
  expect(station.running).toMatchObject({ pid, isRunning: true });
  await station.stop();
  await requireWhole(station);
}

describe('a broker that is killed during a stream of mutations', () => {
  for (let round = 1; round <= rounds(); round += 1) {
    it(
      `costs nothing: none is refused, lost or doubled, and no process ends (round ${round})`,
      async () => {
        await openTelephony();
        const { pid } = station.running;
        const kill = () => station.broker.restart();
        const { runs, refusals } = await streamOfWork(station, smsSend, TEXTS, [
          { after: 5, disturb: kill },
          { after: 10, disturb: kill },
          { after: 18, disturb: kill },
        ]);
        expect(refusals).toEqual([]);
        await requireAllDone(runs, pid);
      },
      TEST_MS,
    );
  }

  it(
    'may stay away: mutations are accepted, and their events follow when it is back',
    async () => {
      await openTelephony();
      const { pid } = station.running;
      // Credentials that auth lent before are kept for minutes.
      const first = freshText();
      await sendText(station, first);
      await smsSend.settled(station, first);
      await station.broker.kill();
      const { runs, refusals } = await streamOfWork(station, smsSend, 8, []);
      expect(refusals).toEqual([]);
      await station.broker.restart();
      await requireAllDone([first, ...runs], pid);
    },
    TEST_MS,
  );
});

const programs = findPostgres();
if (programs) {
  describe('a PostgreSQL that goes away', () => {
    let postgres: TestPostgres | undefined;
    afterAll(() => postgres?.stop());

    for (let round = 1; round <= rounds(); round += 1) {
      it(
        `during a stream of mutations loses and doubles none, and no process ends (round ${round})`,
        async () => {
          postgres ??= await startPostgres(programs);
          const { restart } = postgres;
          await openTelephony(postgres.createDatabase());
          const { pid } = station.running;
          const { runs, refusals } = await streamOfWork(station, smsSend, TEXTS, [
            { after: 5, disturb: restart },
            { after: 10, disturb: restart },
            { after: 18, disturb: restart },
          ]);
          for (const refusal of refusals) expect(refusal).toMatch(/UNAVAILABLE|IDEMPOTENCY_IN_PROGRESS/);
          // What was in hand when the database went is taken up again when its lease is over.
          await station.passLeases();
          await requireAllDone(runs, pid);
        },
        TEST_MS,
      );
    }

    it(
      'is told as UNAVAILABLE within 2.5 s, and forgotten within 5 s of its return',
      async () => {
        postgres ??= await startPostgres(programs);
        await openTelephony(postgres.createDatabase());
        const { pid } = station.running;
        await postgres.kill();
        const askedAt = performance.now();
        await expect(sendText(station, freshText())).rejects.toThrow('UNAVAILABLE');
        expect(performance.now() - askedAt).toBeLessThan(2_500);
        const webhook = await fetch(`${station.url}/webhooks/twilio/platform`, {
          method: 'POST',
          body: 'a=b',
        });
        expect(webhook.status).not.toBe(200);
        expect((await fetch(`${station.url}/health/ready`)).status).toBe(503);
        expect((await fetch(`${station.url}/health/live`)).status).toBe(200);
        await postgres.restart();
        const run = freshText();
        await waitFor('a text to be accepted', () => sendText(station, run).then(() => true), 5_000);
        await requireAllDone([run], pid);
      },
      TEST_MS,
    );
  });
}
