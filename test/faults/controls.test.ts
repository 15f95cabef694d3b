import { waitFor } from '@switchboard/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { crashAt, type Flow, rounds } from '../src/faults/crash.ts';
import { requireWhole } from '../src/faults/invariants.ts';
import { Station } from '../src/faults/station.ts';

const SETTLED_MS = 6_000;

let station: Station;
afterEach(() => station.close());

async function openClerk(without?: 'outbox' | 'inbox'): Promise<void> {
  station = await Station.open({
    service: 'telephony',
    script: 'test/dist/faults/clerk/main.js',
    ...(without && { arguments: [`--without=${without}`] }),
  });
  await station.start();
}

async function ask(path: string): Promise<{ bookings: number }> {
  const response = await fetch(`${station.url}/${path}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { bookings: number };
}

const order: Flow<string> = {
  fresh: () => crypto.randomUUID(),
  act: async (_station, key) => {
    await ask(`orders/${key}`);
  },
  // A lost event never settles: that is for `verify` to say.
  settled: async (_station, key) => {
    await waitFor('a booking', async () => (await ask(`bookings/${key}`)).bookings > 0, SETTLED_MS).catch(
      () => {},
    );
  },
  verify: async (_station, key) => {
    const { bookings } = await ask(`bookings/${key}`);
    if (bookings !== 1) throw new Error(`the order was booked ${bookings} times`);
  },
};

// Otherwise telephony, mail and audit die at these points, with everything that real work brings along.
describe.runIf(rounds() > 1)('outbox, relay and inbox survive kill -9', () => {
  const points = [
    'outbox.before-commit',
    'outbox.after-commit',
    'relay.after-claim',
    'relay.after-publish',
    'handler.before-commit',
    'handler.after-commit',
  ];
  for (let round = 1; round <= rounds(); round += 1) {
    it(`at each of their points (round ${round})`, async () => {
      await openClerk();
      for (const point of points) await crashAt(station, order, point);
      await station.stop();
      await requireWhole(station);
    }, 120_000);
  }
});

describe('the checks find', () => {
  it('an event that is lost without the outbox', async () => {
    await openClerk('outbox');
    await expect(crashAt(station, order, 'outbox.after-commit')).rejects.toThrow('booked 0 times');
  }, 60_000);

  it('an event that is handled twice without the inbox', async () => {
    await openClerk('inbox');
    await expect(crashAt(station, order, 'handler.after-commit')).rejects.toThrow('booked 2 times');
  }, 60_000);

  it('an event that was never published, work never done, and a callback never read', async () => {
    await openClerk();
    await station.stop();
    await requireWhole(station);
    await station.inspect(async (query) => {
      await query(`insert into outbox (id, type, source, workspace_id, occurred_at, payload, trace)
        values ('evt_lost', 'evt.telephony.v1.SmsQueued', 'telephony', 'platform', now(), '', '{}')`);
      await query(`insert into intents values ('READY', null)`);
      await query(`insert into webhook_deliveries values ('STORED')`);
    });
    const breaches = await requireWhole(station).catch((failure: Error) => failure.message);
    for (const breach of [
      'evt_lost was recorded and never published',
      '1 intents are READY',
      '1 callbacks',
    ]) {
      expect(breaches).toContain(breach);
    }
  }, 60_000);
});
