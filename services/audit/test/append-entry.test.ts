import { randomBytes } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import { newId } from '@switchboard/ids';
import { type Event, UnitOfWork } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { SmsQueuedSchema } from '@switchboard/proto-schemas';
import { migrationsOf, type ServiceDefinition } from '@switchboard/service';
import { type Database, SYSTEM } from '@switchboard/storage';
import { databaseKinds, testActor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChainSigner } from '../src/domain/chain-signer.ts';
import { audit } from '../src/service.ts';
import { AppendEntry } from '../src/use-cases/append-entry.ts';
import { FindEntries } from '../src/use-cases/find-entries.ts';
import { SummariseEntries } from '../src/use-cases/summarise-entries.ts';
import { VerifyChain } from '../src/use-cases/verify-chain.ts';

const BATCH = 200;

describe.each(databaseKinds())('appending on $name', (kind) => {
  const signer = new ChainSigner(randomBytes(32));
  let database: Database;
  let unitOfWork: UnitOfWork;
  let append: AppendEntry;

  beforeAll(async () => {
    database = await kind.open({
      service: 'audit',
      entities: audit.entities,
      migrations: migrationsOf(audit as unknown as ServiceDefinition),
    });
    unitOfWork = new UnitOfWork(database, 'audit');
    append = new AppendEntry(signer, createLogger('audit', { level: 'silent' }));
  });
  afterAll(async () => {
    await database.close();
    await kind.stop();
  });

  function event(workspaceId: string, smsId = newId('sms')): Event {
    const payload = { smsId, settingsId: newId('tws'), sandbox: true, segments: 1 };
    const requestId = newId('req');
    return {
      id: newId('evt'),
      type: SmsQueuedSchema.typeName,
      source: 'telephony',
      workspaceId,
      occurredAt: new Date(),
      correlationId: requestId,
      causationId: requestId,
      operation: 'smsSend',
      actor: { kind: 'apiKey', apiKeyId: newId('key') },
      payload: create(SmsQueuedSchema),
      bytes: toBinary(SmsQueuedSchema, create(SmsQueuedSchema, payload)),
    };
  }

  const batch = (events: readonly Event[]) =>
    unitOfWork.run(SYSTEM, async (tx) => {
      for (const one of events) await append.execute(one, tx);
    });

  it('chains 1,000 events in batches of a consumer, several of them at once', async () => {
    const actors = [testActor(), testActor(), testActor(), testActor()];
    const batches = Array.from({ length: 1_000 / BATCH }, () =>
      // Every batch meets the workspaces in an order of its own.
      Array.from({ length: BATCH }, (_, index) =>
        event(actors[index % actors.length]?.workspaceId ?? ''),
      ).sort(() => Math.random() - 0.5),
    );
    await Promise.all(batches.map(batch));
    for (const actor of actors) {
      expect(await new VerifyChain(database, signer).execute(actor)).toMatchObject({
        problem: undefined,
        checkedEntries: 250,
      });
    }
  });

  it('leaves no gap after a batch that was rolled back', async () => {
    const actor = testActor();
    await batch([event(actor.workspaceId)]);
    const twice = event(actor.workspaceId);
    await expect(batch([event(actor.workspaceId), twice, twice])).rejects.toThrow();
    await batch([twice]);
    expect(await new VerifyChain(database, signer).execute(actor)).toMatchObject({
      problem: undefined,
      checkedEntries: 2,
    });
  });

  it('keeps what can be asked for', async () => {
    const actor = testActor();
    const smsId = newId('sms');
    const [first, second] = [event(actor.workspaceId, smsId), event(actor.workspaceId)];
    await batch([first, { ...second, causationId: first.id }]);
    const find = new FindEntries(database);
    const plan = { limit: 10, direction: 'forward' } as const;
    const named = await find.page(actor, { subjects: [smsId, 'mtg_other'] }, plan);
    expect(named).toMatchObject([{ eventId: first.id, sequence: 1n, subjects: [smsId, expect.any(String)] }]);
    const asked = ['evt_unknown', first.id];
    expect(await find.causesOf(actor, asked)).toMatchObject([[], [{ eventId: first.id }]]);
    expect(await find.causesOf(testActor(), asked)).toEqual([[], []]);
    const summary = await new SummariseEntries(database).execute(actor);
    expect(summary).toMatchObject({ totalEntries: 2, firstAt: first.occurredAt });
  });
});
