import { fromBinary } from '@bufbuild/protobuf';
import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { AuthService, ConnectionHealthChangedSchema } from '@switchboard/proto-schemas';
import { findPostgres, startPostgres, type TestPostgres, waitFor } from '@switchboard/testing';
import { sendgridAccount } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckDesk } from './check-desk.ts';
import { signUp, startAuth, type TestAuth } from './harness.ts';

const [MINUTE_MS, HOUR_MS] = [60_000, 3_600_000];
const OFTEN = { checksMs: 20 };
const secrets = Object.entries(sendgridAccount).map(([name, value]) => ({ name, value }));

/** A connection to SendGrid, by a form. */
async function connect(auth: TestAuth, actor: WorkspaceActor): Promise<string> {
  const input = { vendor: 'SENDGRID', name: 'Our mail', secrets };
  return (await auth.mutate(actor, 'connectionCreate', input, 'connection { id }')).connection.id;
}

const replaceSecret = (auth: TestAuth, actor: WorkspaceActor, connectionId: string) =>
  auth.mutate(
    actor,
    'connectionUpdate',
    { connectionId, secrets: [{ name: 'apiKey', value: 'SG.another.key' }] },
    'connection { id state }',
  );

/** How the caller's SendGrid fares. */
async function health(auth: TestAuth, actor: WorkspaceActor) {
  const { data } = await auth.graphql(
    actor,
    '{ integrations { vendor state lastError { code } lastSuccessAt nextCheckAt } connections { id nextCheckAt } }',
  );
  const one = data.integrations.find(({ vendor }: { vendor: string }) => vendor === 'SENDGRID');
  expect(data.connections.map((row: { nextCheckAt: string }) => row.nextCheckAt)).toEqual([one.nextCheckAt]);
  return one;
}

const later = (auth: TestAuth, ms: number) => new Date(auth.clock.now.getTime() + ms).toISOString();

const nextCheckIs = (auth: TestAuth, actor: WorkspaceActor, ms: number) =>
  waitFor(`a check in ${ms / MINUTE_MS} minutes`, async () => {
    const { nextCheckAt } = await health(auth, actor);
    return nextCheckAt === later(auth, ms);
  });

/** What was told of a connection's health, oldest first. */
async function told(auth: TestAuth, connectionId: string): Promise<string[]> {
  const events = (await auth.events()).filter(({ type }) => type === 'ConnectionHealthChanged');
  return events
    .map(({ payload }) => fromBinary(ConnectionHealthChangedSchema, payload))
    .filter((event) => event.connectionId === connectionId)
    .map(({ errorCode }) => errorCode || 'works');
}

describe('a connection by a form', () => {
  let auth: TestAuth;
  let desk: CheckDesk;
  beforeAll(async () => {
    auth = await startAuth({}, undefined, OFTEN);
    desk = await CheckDesk.open(await auth.broker.connect('mail'), 'mail');
  });
  afterAll(() => auth.stop());

  it('is tried a minute after it was entered, then hourly, and nothing is told while it works', async () => {
    const { actor } = await signUp(auth);
    const id = await connect(auth, actor);
    expect(await health(auth, actor)).toMatchObject({ nextCheckAt: later(auth, MINUTE_MS) });
    auth.clock.advance(MINUTE_MS);
    await nextCheckIs(auth, actor, HOUR_MS);
    expect(await health(auth, actor)).toMatchObject({ lastSuccessAt: later(auth, 0) });
    auth.clock.advance(59 * MINUTE_MS);
    // Others are looked after meanwhile, this one is not.
    const { actor: other } = await signUp(auth);
    await connect(auth, other);
    auth.clock.advance(MINUTE_MS - 1);
    expect(desk.asked(id)).toBe(1);
    auth.clock.advance(1);
    await nextCheckIs(auth, other, HOUR_MS);
    await nextCheckIs(auth, actor, HOUR_MS);
    expect(desk.asked(id)).toBe(2);
    expect(await told(auth, id)).toEqual([]);
  });

  it('that services use is not tried until an hour after the vendor last took it', async () => {
    const { actor } = await signUp(auth);
    const id = await connect(auth, actor);
    const mail = await auth.asker('mail');
    auth.clock.advance(MINUTE_MS / 2);
    await mail.ask(AuthService.method.reportConnectionUse, { connectionId: id, succeeded: true });
    expect(await health(auth, actor)).toMatchObject({ nextCheckAt: later(auth, HOUR_MS) });
    expect(desk.asked(id)).toBe(0);
  });

  it('whose credential is refused is told once, and left alone until another one takes its place', async () => {
    const { actor } = await signUp(auth);
    const id = await connect(auth, actor);
    desk.outcomes.set(id, 'RECONNECT_REQUIRED');
    auth.clock.advance(MINUTE_MS);
    await waitFor('the refusal', async () => (await health(auth, actor)).state === 'DISCONNECTED');
    expect(await health(auth, actor)).toMatchObject({
      lastError: { code: 'RECONNECT_REQUIRED' },
      nextCheckAt: null,
    });
    const { actor: other } = await signUp(auth);
    await connect(auth, other);
    auth.clock.advance(24 * HOUR_MS);
    await nextCheckIs(auth, other, HOUR_MS);
    expect(desk.asked(id)).toBe(1);

    desk.outcomes.delete(id);
    expect((await replaceSecret(auth, actor, id)).connection).toMatchObject({ state: 'CONNECTED' });
    auth.clock.advance(MINUTE_MS);
    await nextCheckIs(auth, actor, HOUR_MS);
    expect(desk.asked(id)).toBe(2);
    expect(await told(auth, id)).toEqual(['RECONNECT_REQUIRED', 'works']);
  });

  it('whose vendor is down is tried after 5 minutes, then less and less often up to hourly', async () => {
    const { actor } = await signUp(auth);
    const id = await connect(auth, actor);
    desk.outcomes.set(id, 'UNAVAILABLE');
    auth.clock.advance(MINUTE_MS);
    for (const minutes of [5, 10, 20, 40, 60, 60]) {
      await nextCheckIs(auth, actor, minutes * MINUTE_MS);
      expect(await health(auth, actor)).toMatchObject({
        state: 'ERROR',
        lastError: { code: 'UNAVAILABLE' },
      });
      auth.clock.advance(minutes * MINUTE_MS);
    }
    await nextCheckIs(auth, actor, HOUR_MS);
    desk.outcomes.delete(id);
    auth.clock.advance(HOUR_MS);
    await waitFor('the recovery', async () => (await health(auth, actor)).state === 'CONNECTED');
    desk.outcomes.set(id, 'UNAVAILABLE');
    auth.clock.advance(HOUR_MS);
    await nextCheckIs(auth, actor, 5 * MINUTE_MS);
    expect(await told(auth, id)).toEqual(['UNAVAILABLE', 'works', 'UNAVAILABLE']);
  });

  it('is not blamed while the service that would ask is away, and is tried again a minute later', async () => {
    const { actor } = await signUp(auth);
    const id = await connect(auth, actor);
    await desk.leave();
    for (const _minute of [1, 2]) {
      auth.clock.advance(MINUTE_MS);
      await nextCheckIs(auth, actor, MINUTE_MS);
      expect(await health(auth, actor)).toMatchObject({ state: 'CONNECTED', lastSuccessAt: null });
    }
    await desk.come();
    auth.clock.advance(MINUTE_MS);
    await nextCheckIs(auth, actor, HOUR_MS);
    expect(await told(auth, id)).toEqual([]);
  });

  it('that the service there cannot try keeps its state, and is not asked about every minute', async () => {
    const { actor } = await signUp(auth);
    const id = await connect(auth, actor);
    desk.outcomes.set(id, new AppError('NOT_FOUND', 'its sandbox is gone'));
    auth.clock.advance(MINUTE_MS);
    await nextCheckIs(auth, actor, HOUR_MS);
    expect(await health(auth, actor)).toMatchObject({ state: 'CONNECTED', lastSuccessAt: null });
    expect(await told(auth, id)).toEqual([]);
  });

  it('is not judged by a credential that was replaced while the vendor was asked', async () => {
    const { actor } = await signUp(auth);
    const id = await connect(auth, actor);
    const answer = Promise.withResolvers<string>();
    desk.outcomes.set(id, answer.promise);
    auth.clock.advance(MINUTE_MS);
    await waitFor('the question', () => desk.asked(id) === 1);
    await replaceSecret(auth, actor, id);
    answer.resolve('RECONNECT_REQUIRED');
    await waitFor('the end of the check', async () => {
      const [row] = await auth.service.database.statement<{ lease_owner: string | null }>(
        'select lease_owner from connections where id = ?',
        [id],
      );
      return row?.lease_owner === null;
    });
    expect(await health(auth, actor)).toMatchObject({
      state: 'CONNECTED',
      lastError: null,
      nextCheckAt: later(auth, MINUTE_MS),
    });
    expect(await told(auth, id)).toEqual([]);
  });

  it('to a vendor that no service works with yet is judged by its use only', async () => {
    const { actor } = await signUp(auth);
    const input = {
      vendor: 'OPENAI',
      name: 'Ours',
      secrets: [{ name: 'apiKey', value: 'sk-ours' }],
      sandbox: false,
    };
    const { connection } = await auth.mutate(actor, 'connectionCreate', input, 'connection { nextCheckAt }');
    expect(connection).toEqual({ nextCheckAt: null });
  });
});

const programs = findPostgres();
if (!programs) console.info('skipped: replicas share a PostgreSQL, and this machine has none');

describe.skipIf(!programs)('replicas', () => {
  let postgres: TestPostgres;
  const running: TestAuth[] = [];
  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '');
  });
  afterAll(async () => {
    for (const replica of running) await replica.stop();
    await postgres.stop();
  });
  const start = async (url: string) => {
    const replica = await startAuth({}, { kind: 'postgres', url }, OFTEN);
    running.push(replica);
    return replica;
  };

  it('try each connection once between them', async () => {
    const database = postgres.createDatabase();
    const replicas = [await start(database), await start(database)] as const;
    const desks = await Promise.all(
      replicas.map(async ({ broker }) => CheckDesk.open(await broker.connect('mail'), 'mail')),
    );
    const [auth] = replicas;
    const { actor } = await signUp(auth);
    const ids = await Promise.all(Array.from({ length: 40 }, () => connect(auth, actor)));
    const asked = (id: string) => desks.reduce((sum, desk) => sum + desk.asked(id), 0);
    for (const { clock } of replicas) clock.advance(MINUTE_MS);
    await waitFor('every check', async () => {
      const due = await auth.service.database.statement(
        "select id from connections where vendor = 'SENDGRID' and (next_check_at <= ?::timestamptz or lease_owner is not null)",
        [auth.clock.now],
      );
      return due.length === 0;
    });
    expect(ids.map(asked)).toEqual(ids.map(() => 1));
  });

  it('that start anew try what the configuration may have replaced', async () => {
    const database = postgres.createDatabase();
    const first = await start(database);
    const { actor } = await signUp(first);
    const { data } = await first.graphql(actor, '{ integrations { vendor connectionId } }');
    const { connectionId } = data.integrations.find((one: { vendor: string }) => one.vendor === 'SENDGRID');
    const mail = await first.asker('mail');
    const refusal = { connectionId, succeeded: false, errorCode: 'RECONNECT_REQUIRED' };
    await mail.ask(AuthService.method.reportConnectionUse, refusal);
    const second = await start(database);
    const desk = await CheckDesk.open(await second.broker.connect('mail'), 'mail');
    second.clock.advance(MINUTE_MS);
    await waitFor('the first check', () => desk.asked(connectionId) === 1);
    await waitFor('the recovery', async () => (await told(second, connectionId)).includes('works'));
  });
});
