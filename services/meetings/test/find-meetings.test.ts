import { newId } from '@switchboard/ids';
import { migrationsOf } from '@switchboard/service';
import { type Database, SYSTEM } from '@switchboard/storage';
import { databaseKinds, testActor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Meeting } from '../src/domain/meeting.ts';
import { meetings } from '../src/service.ts';
import { FindMeetings } from '../src/use-cases/find-meetings.ts';

const plan = { limit: 10, direction: 'forward' } as const;

describe.each(databaseKinds())('meetings on $name', (kind) => {
  const actor = testActor();
  let database: Database;

  beforeAll(async () => {
    database = await kind.open({
      service: 'meetings',
      entities: [Meeting],
      migrations: migrationsOf(meetings),
    });
  });
  afterAll(async () => {
    await database.close();
    await kind.stop();
  });

  const keep = (email: string, sandbox: boolean) =>
    database.transaction(SYSTEM, async ({ em }) => {
      const id = newId('mtg');
      em.create(Meeting, {
        id,
        workspaceId: actor.workspaceId,
        userId: null,
        connectionId: 'con_1',
        provider: 'zoom',
        title: 'Talk',
        startsAt: new Date('2027-01-15T13:00:00.000Z'),
        durationMinutes: 30,
        timeZone: 'Europe/Zurich',
        attendees: [
          { email: 'first@example.com', name: null },
          { email, name: 'Ana "A" O’Neill' },
        ],
        sandbox,
      });
      return id;
    });

  it('are found by anybody who is invited, within the workspace and the mode', async () => {
    const live = await keep('ana@example.com', false);
    const tested = await keep('ana@example.com', true);
    await keep('bo@example.com', false);
    const find = new FindMeetings(database);
    const idsFor = async (caller: typeof actor, attendee: string) =>
      (await find.page(caller, { attendee }, plan)).map(({ id }) => id);
    expect(await idsFor(actor, 'ana@Example.com')).toEqual([tested, live]);
    expect(await idsFor(actor, 'an')).toEqual([]);
    expect(await idsFor(actor, `x"}]'::jsonb or true`)).toEqual([]);
    expect(await idsFor({ ...actor, mode: 'test' }, 'ana@example.com')).toEqual([tested]);
    expect(await idsFor(testActor(), 'ana@example.com')).toEqual([]);
    const [found] = await find.page(
      actor,
      { attendee: 'ana@example.com', startsBefore: new Date('2028-01-01') },
      plan,
    );
    expect(found).toMatchObject({
      startsAt: new Date('2027-01-15T13:00:00.000Z'),
      attendees: [{ email: 'first@example.com' }, { name: 'Ana "A" O’Neill' }],
    });
  });
});
