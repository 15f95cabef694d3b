import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { messagingMigration, UnitOfWork } from '@switchboard/messaging';
import { type Database, SYSTEM } from '@switchboard/storage';
import { databaseKinds } from '@switchboard/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetKeys, idempotencyMigration, idempotently, requestHash } from './index.ts';

const actor: WorkspaceActor = {
  kind: 'user',
  workspaceId: 'wsp_a',
  mode: 'live',
  scopes: [],
  userId: 'usr_1',
};

describe.each(databaseKinds())('an idempotency key on $name', (kind) => {
  let database: Database;
  let unitOfWork: UnitOfWork;
  let effects: string[];

  beforeEach(async () => {
    database = await kind.open({
      service: 'idempotency',
      entities: [],
      migrations: [messagingMigration, idempotencyMigration],
    });
    unitOfWork = new UnitOfWork(database, 'mail');
    effects = [];
  });
  afterEach(() => database.close());
  afterAll(() => kind.stop());

  function call(
    overrides: Partial<{ actor: WorkspaceActor; key: string; input: object; fail: boolean }> = {},
  ) {
    const request = {
      mutation: 'mailSend',
      idempotencyKey: overrides.key ?? 'k',
      input: overrides.input ?? { to: 'x' },
      keepHours: 24,
    } as const;
    return idempotently(unitOfWork, overrides.actor ?? actor, request, async () => {
      if (overrides.fail) throw new AppError('REJECTED', 'no');
      const resourceId = newId('msg');
      effects.push(resourceId);
      return { resourceId, userErrors: [{ code: 'NOTE', message: 'kept' }] };
    });
  }

  it('answers the same resource again and decides once', async () => {
    const first = await call();
    const second = await call();
    expect(first.replayed).toBe(false);
    expect(second).toEqual({ ...first, replayed: true });
    expect(effects).toEqual([first.resourceId]);
  });

  it('decides once for 50 parallel calls', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => call()));
    expect(new Set(answers.map(({ resourceId }) => resourceId)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(effects).toHaveLength(1);
  });

  it('refuses other input, whatever the order of the fields', async () => {
    await call({ input: { to: 'x', subject: 's' } });
    expect((await call({ input: { subject: 's', to: 'x' } })).replayed).toBe(true);
    await expect(call({ input: { to: 'y', subject: 's' } })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('belongs to one workspace and one mode', async () => {
    await call();
    expect((await call({ actor: { ...actor, workspaceId: 'wsp_b' } })).replayed).toBe(false);
    expect((await call({ actor: { ...actor, mode: 'test' } })).replayed).toBe(false);
  });

  it('stays unused when the decision fails', async () => {
    await expect(call({ fail: true })).rejects.toMatchObject({ code: 'REJECTED' });
    expect((await call()).replayed).toBe(false);
  });

  it('is free again after its time', async () => {
    await call();
    await database.transaction(SYSTEM, ({ em }) =>
      em.execute("update idempotency_keys set expires_at = now() - interval '1 second'", [], 'run'),
    );
    expect((await call({ input: { to: 'somebody else' } })).replayed).toBe(false);
  });

  it('is kept no longer than its time', async () => {
    await call();
    await call({ key: 'later' });
    await database.statement(
      "update idempotency_keys set expires_at = now() - interval '1 second' where key = 'k'",
    );
    await forgetKeys(database);
    expect(await database.statement('select key from idempotency_keys')).toEqual([{ key: 'later' }]);
  });

  it.each(['', 'x'.repeat(256)])('must have 1 to 255 characters', async (key) => {
    await expect(call({ key })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

it('hashes what was asked, not how it was written', () => {
  expect(requestHash({ a: 1, b: undefined, c: [10n] })).toBe(requestHash({ c: ['10'], a: 1 }));
  expect(requestHash({ a: '1' })).not.toBe(requestHash({ a: 1 }));
});
