import { AppError } from '@switchboard/errors';
import { messagingMigration, UnitOfWork } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { type Database, SYSTEM } from '@switchboard/storage';
import { databaseKinds, waitFor } from '@switchboard/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  defineIntent,
  type Intent,
  IntentWorker,
  intentsMigration,
  intentsStatus,
  planIntent,
} from './index.ts';

const logger = createLogger('test', { level: 'silent' });
const scope = { workspaceId: 'wsp_1', mode: 'live' } as const;

interface Call {
  readonly letter: string;
}

/** An intent that notes what happened to it. */
function noted(act: (call: Call) => Promise<string>, repeatable: boolean) {
  const ends: string[] = [];
  let calls = 0;
  const intent: Intent<Call, string> = defineIntent<Call, string>({
    kind: 'noted',
    repeatable,
    act: (payload) => {
      calls += 1;
      return act(payload);
    },
    settle: async (_tx, { letter }, outcome) => void ends.push(`${letter}: ${outcome}`),
    fail: async (_tx, { letter }, error) => void ends.push(`${letter}: ${error.code}`),
  });
  return { intent, ends, calls: () => calls };
}

describe.each(databaseKinds())('intents on $name', (kind) => {
  let database: Database;
  let unitOfWork: UnitOfWork;
  let worker: IntentWorker | undefined;

  beforeEach(async () => {
    database = await kind.open({
      service: 'intents',
      entities: [],
      migrations: [messagingMigration, intentsMigration],
    });
    unitOfWork = new UnitOfWork(database, 'telephony');
  });
  afterEach(async () => {
    await worker?.stop();
    await database.close();
  });
  afterAll(() => kind.stop());

  function start(intent: Intent<Call, string>, sweep = true): IntentWorker {
    worker = new IntentWorker(unitOfWork, [intent], logger, { backoffBaseMs: 10, callTimeoutMs: 200 });
    if (sweep) worker.start();
    return worker;
  }
  const plan = (intent: Intent<Call, string>, letter = 'a') =>
    unitOfWork.run(scope, (tx) => planIntent(tx, intent, { letter }));

  it('are done once, whether the request or the sweeper comes first', async () => {
    const { intent, ends, calls } = noted(async () => 'done', false);
    const running = start(intent);
    const id = await plan(intent);
    await Promise.all([running.runNow(id), running.runNow(id), running.runNow(id)]);
    await waitFor('the end', () => ends.length > 0);
    await running.runNow(id);
    expect(ends).toEqual(['a: done']);
    expect(calls()).toBe(1);
  });

  it('are left alone when their transaction rolls back', async () => {
    const { intent } = noted(async () => 'done', true);
    const rolledBack = unitOfWork.run(scope, async (tx) => {
      await planIntent(tx, intent, { letter: 'a' });
      throw new AppError('CONFLICT', 'no');
    });
    await expect(rolledBack).rejects.toThrow();
    expect((await intentsStatus(database)).pending).toBe(0);
  });

  it('are tried again while the failure may pass, and end with its code when it does not', async () => {
    let failures = 2;
    const passing = noted(async () => {
      failures -= 1;
      if (failures >= 0) throw new AppError('UNAVAILABLE', 'not now');
      return 'done';
    }, false);
    start(passing.intent);
    await plan(passing.intent);
    await waitFor('the end', () => passing.ends.length > 0);
    expect(passing.ends).toEqual(['a: done']);
    expect(passing.calls()).toBe(3);
  });

  it('end with the refusal of the other side at once', async () => {
    const { intent, ends, calls } = noted(async () => {
      throw new AppError('REJECTED', 'never');
    }, true);
    const running = start(intent, false);
    await running.runNow(await plan(intent));
    expect(ends).toEqual(['a: REJECTED']);
    expect(calls()).toBe(1);
  });

  it('do not hold up the request longer than it wants to wait', async () => {
    let answer: (outcome: string) => void = () => {};
    const { intent, ends, calls } = noted(() => new Promise((resolve) => (answer = resolve)), false);
    const running = start(intent, false);
    const id = await plan(intent);
    await running.runNow(id, 20);
    await waitFor('the call', () => calls() === 1);
    expect(ends).toEqual([]);
    answer('late');
    await waitFor('the end', () => ends.length > 0);
    expect(ends).toEqual(['a: late']);
  });

  describe('left behind by a crash in the middle of the call', () => {
    async function crashed(intent: Intent<Call, string>): Promise<string> {
      const id = await plan(intent);
      await database.transaction(SYSTEM, ({ em }) =>
        em.execute(
          "update intents set lease_owner = 'gone', lease_until = now() - interval '1 second', in_call = true, attempts = 1 where id = ?",
          [id],
          'run',
        ),
      );
      return id;
    }

    it('are done again when repeating has one effect', async () => {
      const { intent, ends } = noted(async () => 'done', true);
      await crashed(intent);
      start(intent);
      await waitFor('the end', () => ends.length > 0);
      expect(ends).toEqual(['a: done']);
    });

    it('are never done again when it has two: the outcome is unknown', async () => {
      const { intent, ends, calls } = noted(async () => 'done', false);
      await crashed(intent);
      start(intent);
      await waitFor('the end', () => ends.length > 0);
      expect(ends).toEqual(['a: OUTCOME_UNKNOWN']);
      expect(calls()).toBe(0);
    });
  });

  it('are recorded by the one who took over, not by the one whose lease ran out', async () => {
    let answer: (outcome: string) => void = () => {};
    const { intent, ends, calls } = noted(() => new Promise((resolve) => (answer = resolve)), true);
    const slow = start(intent, false);
    const id = await plan(intent);
    await slow.runNow(id, 10);
    await waitFor('the call', () => calls() === 1);
    await database.transaction(SYSTEM, ({ em }) =>
      em.execute("update intents set lease_owner = 'successor' where id = ?", [id], 'run'),
    );
    answer('too late');
    await slow.stop();
    expect(ends).toEqual([]);
  });
});
