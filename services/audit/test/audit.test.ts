import { randomBytes } from 'node:crypto';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { type Broker, serveRpc } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import {
  ContactsService,
  Mode,
  SmsDeliveredSchema,
  SmsQueuedSchema,
  SmsSentSchema,
  UserSignedUpSchema,
} from '@switchboard/proto-schemas';
import {
  publishEvent,
  publishEventBytes,
  startTestService,
  type TestService,
  testActor,
  waitFor,
} from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../src/service.ts';

let house: TestService;
let telephony: Broker;
beforeAll(async () => {
  const environment = {
    AUDIT_CHECKPOINT_KEY: randomBytes(32).toString('base64'),
    AUDIT_VAULT_KEY: randomBytes(32).toString('base64'),
  };
  house = await startTestService(audit, { environment });
  telephony = await house.broker.connect('telephony');
});
afterAll(() => house.stop());

interface Entry {
  id: string;
  sequence: number;
  type: string;
  eventId: string;
  hash: string;
  previousHash: string;
}

const LIST = `query ($filter: AuditFilter, $first: Int, $after: String) {
  auditEntries(filter: $filter, first: $first, after: $after) {
    nodes { id sequence type eventId hash previousHash } pageInfo { hasNextPage endCursor } } }`;

async function list(actor: WorkspaceActor, filter: object = {}): Promise<Entry[]> {
  const { data, errors } = await house.graphql<{ auditEntries: { nodes: Entry[] } }>(actor, LIST, {
    filter,
    first: 100,
  });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.auditEntries.nodes;
}

async function total({ workspaceId }: WorkspaceActor): Promise<number> {
  const rows = await house.service.database.transaction({ system: true }, ({ em }) =>
    em.execute<{ n: string }[]>('select count(*) as n from audit_entries where workspace_id = ?', [
      workspaceId,
    ]),
  );
  return Number(rows[0]?.n);
}

const arrived = (actor: WorkspaceActor, count: number) =>
  waitFor(`${count} entries`, async () => (await total(actor)) === count, 30_000);

const sms = (smsId = newId('sms')) => ({ smsId, settingsId: newId('tws'), sandbox: true, segments: 1 });

async function fill(actor: WorkspaceActor, count: number): Promise<void> {
  const { workspaceId } = actor;
  await Promise.all(
    Array.from({ length: count }, () => publishEvent(telephony, SmsQueuedSchema, sms(), { workspaceId })),
  );
  await arrived(actor, count);
}

const VERIFY = `query ($checkpoint: String) { auditVerify(checkpoint: $checkpoint) {
  valid checkedEntries firstProblem { sequence kind entryId } checkpoint } }`;

interface Verification {
  valid: boolean;
  checkedEntries: number;
  firstProblem: { sequence: number; kind: string; entryId: string | null } | null;
  checkpoint: string | null;
}

async function verify(actor: WorkspaceActor, checkpoint?: string | null): Promise<Verification> {
  const { data, errors } = await house.graphql<{ auditVerify: Verification }>(actor, VERIFY, { checkpoint });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.auditVerify;
}

/** What somebody with all rights on the database can do, triggers switched off. */
function tamper(...statements: readonly (readonly [sql: string, parameters: readonly unknown[]])[]) {
  return house.service.database.transaction({ system: true }, async ({ em }) => {
    await em.execute('set local session_replication_role = replica', [], 'run');
    for (const [sql, parameters] of statements) await em.execute(sql, [...parameters], 'run');
  });
}

describe('an entry', () => {
  it('says what happened, to what, by whom and why', async () => {
    const actor = testActor();
    const { workspaceId, userId } = actor;
    const payload = sms();
    const correlationId = newId('req');
    const eventId = await publishEvent(telephony, SmsQueuedSchema, payload, {
      workspaceId,
      correlationId,
      operation: 'smsSend',
      actor: { kind: 'user', userId },
      occurredAt: new Date('2026-11-20T09:30:00.123Z'),
    });
    await arrived(actor, 1);
    const [{ id } = { id: '' }] = await list(actor);
    const { data } = await house.graphql<{ auditEntry: Record<string, unknown> }>(
      actor,
      `query ($id: ID!) { auditEntry(id: $id) {
        sequence type service eventId occurredAt actor { kind userId apiKeyId agentId } operation correlationId causationId
        subjects data sandbox previousHash hash rootOperation { requestId operation } cause { id } causes { id } } }`,
      { id },
    );
    expect(data?.auditEntry).toMatchObject({
      sequence: 1,
      type: 'evt.telephony.v1.SmsQueued',
      service: 'telephony',
      eventId,
      occurredAt: '2026-11-20T09:30:00.123Z',
      actor: { kind: 'USER', userId, apiKeyId: null, agentId: null },
      operation: 'smsSend',
      correlationId,
      causationId: correlationId,
      subjects: [payload.smsId, payload.settingsId],
      sandbox: true,
      previousHash: '0'.repeat(64),
      rootOperation: { requestId: correlationId, operation: 'smsSend' },
      cause: null,
      causes: [],
    });
    expect(JSON.parse(data?.auditEntry.data as string)).toEqual(payload);
  });

  it('says of a fact about a vendor whether it stayed in the sandbox, and nothing of another', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    const auth = await house.broker.connect('auth');
    await publishEvent(telephony, SmsSentSchema, { smsId: newId('sms'), sandbox: true }, { workspaceId });
    await publishEvent(
      telephony,
      SmsDeliveredSchema,
      { smsId: newId('sms'), sandbox: false },
      { workspaceId },
    );
    await publishEvent(auth, UserSignedUpSchema, { userId: newId('usr') }, { workspaceId });
    await arrived(actor, 3);
    const { data } = await house.graphql<{ auditEntries: { nodes: { type: string; sandbox: unknown }[] } }>(
      actor,
      '{ auditEntries { nodes { type sandbox } } }',
    );
    const said = data?.auditEntries.nodes.map(({ type, sandbox }) => [type.split('.').at(-1), sandbox]);
    expect(Object.fromEntries(said ?? [])).toEqual({
      SmsSent: true,
      SmsDelivered: false,
      UserSignedUp: null,
    });
  });

  it('leads to its causes, down to the operation, and to its consequences', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    const shared = { workspaceId, correlationId: newId('req'), operation: 'smsSend' };
    const { smsId, ...rest } = sms();
    const queued = await publishEvent(telephony, SmsQueuedSchema, { smsId, ...rest }, shared);
    const sent = await publishEvent(telephony, SmsSentSchema, { smsId }, { ...shared, causationId: queued });
    await publishEvent(telephony, SmsDeliveredSchema, { smsId }, { ...shared, causationId: sent });
    await arrived(actor, 3);
    const { data } = await house.graphql(
      actor,
      `query ($filter: AuditFilter) { auditEntries(filter: $filter) { nodes {
        type cause { type cause { type cause { type } } } causes { type } rootOperation { operation }
        consequences { nodes { type } } } } }`,
      { filter: { resourceId: smsId } },
    );
    const root = { operation: 'smsSend' };
    const [Queued, Sent, Delivered] = ['SmsQueued', 'SmsSent', 'SmsDelivered'].map((name) => ({
      type: `evt.telephony.v1.${name}`,
    }));
    expect(data).toEqual({
      auditEntries: {
        nodes: [
          {
            ...Delivered,
            cause: { ...Sent, cause: { ...Queued, cause: null } },
            causes: [Sent, Queued],
            rootOperation: root,
            consequences: { nodes: [] },
          },
          {
            ...Sent,
            cause: { ...Queued, cause: null },
            causes: [Queued],
            rootOperation: root,
            consequences: { nodes: [Delivered] },
          },
          { ...Queued, cause: null, causes: [], rootOperation: root, consequences: { nodes: [Sent] } },
        ],
      },
    });
  });

  it('is made once, however often the event is delivered', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    const id = newId('evt');
    const month = new Date(Date.now() - 30 * 86_400_000);
    for (const occurredAt of [new Date(), new Date(), month]) {
      await publishEvent(telephony, SmsSentSchema, { smsId: newId('sms') }, { id, workspaceId, occurredAt });
    }
    // The inbox forgets after two weeks, the trail does not.
    const old = newId('evt');
    await publishEvent(
      telephony,
      SmsSentSchema,
      { smsId: newId('sms') },
      { id: old, workspaceId, occurredAt: month },
    );
    await arrived(actor, 2);
    await tamper(['delete from inbox where event_id = ?', [old]]);
    await publishEvent(
      telephony,
      SmsSentSchema,
      { smsId: newId('sms') },
      { id: old, workspaceId, occurredAt: month },
    );
    await publishEvent(telephony, SmsSentSchema, { smsId: newId('sms') }, { workspaceId });
    await arrived(actor, 3);
    expect(new Set((await list(actor)).map(({ eventId }) => eventId)).size).toBe(3);
    expect((await verify(actor)).valid).toBe(true);
  });

  it('is also made of an event that this version does not know', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    await publishEventBytes(telephony, 'evt.telephony.v1.FaxSent', Buffer.from('later'), { workspaceId });
    await arrived(actor, 1);
    const { data } = await house.graphql(actor, 'query { auditEntries { nodes { type data } } }');
    expect(data).toEqual({
      auditEntries: { nodes: [{ type: 'evt.telephony.v1.FaxSent', data: '{"undecoded":"bGF0ZXI="}' }] },
    });
  });
});

describe('the chain', () => {
  it('has no gaps over many events of several workspaces at once', async () => {
    const actors = [testActor(), testActor(), testActor()];
    await Promise.all(actors.map((actor) => fill(actor, 250)));
    for (const actor of actors) {
      expect(await verify(actor)).toMatchObject({ valid: true, checkedEntries: 250, firstProblem: null });
      const [last, before] = await list(actor);
      expect(last?.sequence).toBe(250);
      expect(last?.previousHash).toBe(before?.hash);
    }
  });

  it('of a workspace where nothing happened is sound', async () => {
    expect(await verify(testActor())).toEqual({
      valid: true,
      checkedEntries: 0,
      firstProblem: null,
      checkpoint: null,
    });
  });

  it.each([
    'update audit_entries set data = data',
    'delete from audit_entries',
    'truncate audit_entries',
    'update audit_checkpoints set hash = hash',
    'delete from audit_checkpoints',
    'truncate audit_checkpoints',
  ])('refuses "%s", from the service itself too', async (statement) => {
    await fill(testActor(), 1);
    const attempt = house.service.database.transaction({ system: true }, ({ em }) => em.execute(statement));
    await expect(attempt).rejects.toThrow(/append-only/);
  });
});

describe('auditVerify', () => {
  const at = (workspaceId: string, sequence: number) => [workspaceId, sequence] as const;
  const HERE = 'where workspace_id = ? and sequence = ?';

  it.each([
    'type',
    'service',
    'data',
    'actor_kind',
    'actor_user_id',
    'operation',
    'correlation_id',
    'causation_id',
    'payload_hash',
  ])('finds an edit of %s', async (column) => {
    const actor = testActor();
    await fill(actor, 5);
    await tamper([`update audit_entries set ${column} = 'x' ${HERE}`, at(actor.workspaceId, 3)]);
    const entry = (await list(actor)).find(({ sequence }) => sequence === 3);
    expect(await verify(actor)).toEqual({
      valid: false,
      checkedEntries: 2,
      firstProblem: { sequence: 3, kind: 'EDITED', entryId: entry?.id },
      checkpoint: null,
    });
  });

  it.each(['occurred_at', 'recorded_at'])('finds another %s', async (column) => {
    const actor = testActor();
    await fill(actor, 3);
    const later = `update audit_entries set ${column} = ${column} + interval '1 ms' ${HERE}`;
    await tamper([later, at(actor.workspaceId, 2)]);
    expect((await verify(actor)).firstProblem).toMatchObject({ sequence: 2, kind: 'EDITED' });
  });

  it('finds an edited entry with a new hash of its own', async () => {
    const actor = testActor();
    await fill(actor, 5);
    await restamp(actor, 3, 3);
    expect((await verify(actor)).firstProblem).toMatchObject({ sequence: 4, kind: 'EDITED' });
  });

  it('finds an edited entry after which every hash and the end were computed anew', async () => {
    const actor = testActor();
    await fill(actor, 5);
    await restamp(actor, 3, 5);
    expect((await verify(actor)).firstProblem).toMatchObject({ sequence: 5, kind: 'EDITED' });
    await tamper([
      `update audit_heads set hash = (select hash from audit_entries ${HERE}) where workspace_id = ?`,
      [...at(actor.workspaceId, 5), actor.workspaceId],
    ]);
    expect((await verify(actor)).valid).toBe(false);
  });

  it('finds a deleted entry', async () => {
    const actor = testActor();
    await fill(actor, 5);
    await tamper([`delete from audit_entries ${HERE}`, at(actor.workspaceId, 3)]);
    expect(await verify(actor)).toMatchObject({
      checkedEntries: 2,
      firstProblem: { sequence: 3, kind: 'DELETED', entryId: null },
    });
  });

  it('finds the first entry deleted', async () => {
    const actor = testActor();
    await fill(actor, 3);
    await tamper([`delete from audit_entries ${HERE}`, at(actor.workspaceId, 1)]);
    expect((await verify(actor)).firstProblem).toMatchObject({ sequence: 1, kind: 'DELETED' });
  });

  it('finds the last entries deleted', async () => {
    const actor = testActor();
    await fill(actor, 5);
    await tamper([
      `delete from audit_entries where workspace_id = ? and sequence > ?`,
      at(actor.workspaceId, 3),
    ]);
    expect((await verify(actor)).firstProblem).toEqual({ sequence: 4, kind: 'TRUNCATED', entryId: null });
  });

  it('finds the last entries deleted and the end moved back', async () => {
    const actor = testActor();
    await fill(actor, 5);
    const { workspaceId } = actor;
    await tamper(
      ['delete from audit_entries where workspace_id = ? and sequence > ?', at(workspaceId, 3)],
      [
        `update audit_heads set sequence = 3, hash = (select hash from audit_entries ${HERE}) where workspace_id = ?`,
        [...at(workspaceId, 3), workspaceId],
      ],
    );
    expect((await verify(actor)).firstProblem).toMatchObject({ sequence: 4, kind: 'TRUNCATED' });
  });

  it('finds everything deleted', async () => {
    const actor = testActor();
    await fill(actor, 3);
    const { workspaceId } = actor;
    await tamper(
      ['delete from audit_entries where workspace_id = ?', [workspaceId]],
      ['delete from audit_heads where workspace_id = ?', [workspaceId]],
    );
    expect((await verify(actor)).firstProblem).toMatchObject({ sequence: 1, kind: 'TRUNCATED' });
  });

  it('finds two entries in each other’s place', async () => {
    const actor = testActor();
    await fill(actor, 5);
    const swap = `update audit_entries set sequence = ? ${HERE}`;
    const { workspaceId } = actor;
    await tamper(
      [swap, [1_000, workspaceId, 2]],
      [swap, [2, workspaceId, 4]],
      [swap, [4, workspaceId, 1_000]],
    );
    expect((await verify(actor)).firstProblem).toMatchObject({ sequence: 2, kind: 'REORDERED' });
  });

  it('finds an entry that another workspace’s chain was given', async () => {
    const [actor, other] = [testActor(), testActor()];
    await fill(actor, 2);
    await fill(other, 3);
    await tamper([
      `update audit_entries set workspace_id = ? ${HERE}`,
      [actor.workspaceId, ...at(other.workspaceId, 3)],
    ]);
    expect((await verify(actor)).valid).toBe(false);
    expect((await verify(other)).firstProblem).toMatchObject({ sequence: 3, kind: 'TRUNCATED' });
  });

  it('finds a trail put back to an earlier state, by a checkpoint that was kept elsewhere', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    await fill(actor, 3);
    const [head] = await house.service.database.transaction({ system: true }, ({ em }) =>
      em.execute<{ hash: string; signature: string }[]>('select * from audit_heads where workspace_id = ?', [
        workspaceId,
      ]),
    );
    await publishEvent(telephony, SmsSentSchema, { smsId: newId('sms') }, { workspaceId });
    await arrived(actor, 4);
    const { checkpoint } = await verify(actor);
    expect((await verify(actor, checkpoint)).valid).toBe(true);
    await tamper(
      ['delete from audit_entries where workspace_id = ? and sequence > ?', at(workspaceId, 3)],
      [
        'update audit_heads set sequence = 3, hash = ?, signature = ? where workspace_id = ?',
        [head?.hash, head?.signature, workspaceId],
      ],
    );
    expect((await verify(actor)).valid).toBe(true);
    expect((await verify(actor, checkpoint)).firstProblem).toMatchObject({ sequence: 4, kind: 'TRUNCATED' });
  });

  it('takes no checkpoint that is not this workspace’s', async () => {
    const actor = testActor();
    await fill(actor, 1);
    const { checkpoint } = await verify(actor);
    const { errors } = await house.graphql(testActor(), VERIFY, { checkpoint });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  /** Edits an entry and computes the hashes of it and the next ones anew, as the service would. */
  async function restamp({ workspaceId }: WorkspaceActor, from: number, to: number): Promise<void> {
    const { AuditEntry, expectedHash } = await import('../src/domain/audit-entry.ts');
    const entries = await house.service.database.read({ system: true }, (em) =>
      em.find(AuditEntry, { workspaceId }, { orderBy: { sequence: 'asc' } }),
    );
    const changes: [string, unknown[]][] = [];
    for (const entry of entries.slice(from - 1, to)) {
      if (Number(entry.sequence) === from) entry.operation = 'something else';
      else entry.previousHash = entries[Number(entry.sequence) - 2]?.hash ?? '';
      entry.hash = expectedHash(entry);
      changes.push([
        'update audit_entries set operation = ?, previous_hash = ?, hash = ? where id = ?',
        [entry.operation, entry.previousHash, entry.hash, entry.id],
      ]);
    }
    await tamper(...changes);
  }
});

describe('auditEntries', () => {
  it('narrows down by type, actor, correlation, resource and time', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    const [smsId, correlationId, userId] = [newId('sms'), newId('req'), newId('usr')];
    await publishEvent(telephony, SmsQueuedSchema, sms(smsId), {
      workspaceId,
      correlationId,
      actor: { kind: 'user', userId },
      occurredAt: new Date('2026-01-01T00:00:00Z'),
    });
    await arrived(actor, 1);
    await publishEvent(telephony, SmsSentSchema, { smsId }, { workspaceId });
    await publishEvent(telephony, SmsSentSchema, { smsId: newId('sms') }, { workspaceId });
    await arrived(actor, 3);
    const sequences = async (filter: object) => (await list(actor, filter)).map(({ sequence }) => sequence);
    expect(await sequences({})).toEqual([3, 2, 1]);
    expect(await sequences({ type: 'SmsSent' })).toEqual([3, 2]);
    expect(await sequences({ type: 'evt.telephony.v1.SmsQueued' })).toEqual([1]);
    expect(await sequences({ types: ['SmsQueued', 'SmsSent'] })).toEqual([3, 2, 1]);
    expect(await sequences({ type: 'SmsQueued', types: ['SmsSent'] })).toEqual([]);
    expect(await sequences({ type: 'Nothing' })).toEqual([]);
    expect(await sequences({ service: 'telephony' })).toEqual([3, 2, 1]);
    expect(await sequences({ service: 'mail' })).toEqual([]);
    expect(await sequences({ actorUserId: userId })).toEqual([1]);
    expect(await sequences({ correlationId })).toEqual([1]);
    expect(await sequences({ resourceId: smsId })).toEqual([2, 1]);
    expect(await sequences({ to: '2026-02-01T00:00:00Z' })).toEqual([1]);
    expect(await sequences({ from: '2026-02-01T00:00:00Z', type: 'SmsSent' })).toEqual([3, 2]);
  });

  it('is summed up', async () => {
    const actor = testActor();
    const { workspaceId, userId } = actor;
    const own = { workspaceId, actor: { kind: 'user', userId } };
    await publishEvent(telephony, SmsQueuedSchema, sms(), own);
    await publishEvent(telephony, SmsSentSchema, { smsId: newId('sms') }, own);
    await publishEvent(telephony, SmsSentSchema, { smsId: newId('sms') }, { workspaceId });
    await arrived(actor, 3);
    const { data } = await house.graphql(
      actor,
      `query { auditSummary { totalEntries byService { name entries } byType { name entries }
        actors { actor { kind userId } entries } firstAt lastAt } }`,
    );
    expect(data).toEqual({
      auditSummary: {
        totalEntries: 3,
        byService: [{ name: 'telephony', entries: 3 }],
        byType: [
          { name: 'evt.telephony.v1.SmsSent', entries: 2 },
          { name: 'evt.telephony.v1.SmsQueued', entries: 1 },
        ],
        actors: [
          { actor: { kind: 'USER', userId }, entries: 2 },
          { actor: { kind: 'SYSTEM', userId: null }, entries: 1 },
        ],
        firstAt: expect.any(String),
        lastAt: expect.any(String),
      },
    });
    const nothing = await house.graphql(
      testActor(),
      'query { auditSummary { totalEntries firstAt actors { entries } } }',
    );
    expect(nothing.data).toEqual({ auditSummary: { totalEntries: 0, firstAt: null, actors: [] } });
  });
});

describe('ContactPoint.auditEntries', () => {
  it('lists what names an id of the address, and does without the services that are away', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    const [mine, theirs] = [newId('sms'), newId('sms')];
    const asked: object[] = [];
    const stop = await serveRpc(
      telephony,
      'telephony',
      ContactsService,
      {
        resourceIds: async ({ workspaceId: asksFor, address, mode }) => {
          asked.push({ asksFor, address, mode });
          return { ids: [mine] };
        },
      },
      createLogger('telephony', { level: 'silent' }),
    );
    await publishEvent(telephony, SmsSentSchema, { smsId: mine }, { workspaceId });
    await publishEvent(telephony, SmsSentSchema, { smsId: theirs }, { workspaceId });
    await arrived(actor, 2);
    const ENTITY = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on ContactPoint { auditEntries(first: 10) { nodes { subjects } } } } }`;
    const representations = [{ __typename: 'ContactPoint', address: '+14155552671' }];
    const { data } = await house.graphql(actor, ENTITY, { representations });
    expect(data).toEqual({ _entities: [{ auditEntries: { nodes: [{ subjects: [mine] }] } }] });
    expect(asked).toEqual([{ asksFor: workspaceId, address: '+14155552671', mode: Mode.LIVE }]);
    await stop();
    const away = await house.graphql(actor, ENTITY, { representations });
    expect(away.data).toEqual({ _entities: [{ auditEntries: { nodes: [] } }] });
  });
});

describe('another workspace', () => {
  it('sees nothing, by id, list, reference, cause or sum', async () => {
    const actor = testActor();
    const cause = await publishEvent(telephony, SmsQueuedSchema, sms(), { workspaceId: actor.workspaceId });
    await arrived(actor, 1);
    const [{ id } = { id: '' }] = await list(actor);
    const stranger = testActor();
    const smsId = newId('sms');
    await publishEvent(
      telephony,
      SmsSentSchema,
      { smsId },
      { workspaceId: stranger.workspaceId, causationId: cause },
    );
    await arrived(stranger, 1);
    const answer = await house.graphql(
      stranger,
      `query ($id: ID!, $filter: AuditFilter, $representations: [_Any!]!) {
        auditEntry(id: $id) { id } auditEntries { nodes { type cause { id } causes { id } } }
        named: auditEntries(filter: $filter) { nodes { id } } auditSummary { totalEntries } auditVerify { checkedEntries }
        _entities(representations: $representations) { ... on AuditEntry { id } } }`,
      {
        id,
        filter: { resourceId: id },
        representations: [{ __typename: 'AuditEntry', id }],
      },
    );
    expect(answer.data).toEqual({
      auditEntry: null,
      auditEntries: { nodes: [{ type: 'evt.telephony.v1.SmsSent', cause: null, causes: [] }] },
      named: { nodes: [] },
      auditSummary: { totalEntries: 1 },
      auditVerify: { checkedEntries: 1 },
      _entities: [null],
    });
  });

  it('is not the only wall: without the scope nothing is seen either', async () => {
    const actor = testActor();
    await fill(actor, 1);
    const [{ id } = { id: '' }] = await list(actor);
    const reader = { ...actor, scopes: ['mail:read'] };
    const refused = await house.graphql(reader, LIST);
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const reference = await house.graphql(
      reader,
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on AuditEntry { id } } }',
      { r: [{ __typename: 'AuditEntry', id }] },
    );
    expect(reference.data).toEqual({ _entities: [null] });
  });

  it('a test caller sees only what says that it stayed in the sandbox, and verifies nothing', async () => {
    const actor = testActor();
    const { workspaceId } = actor;
    await publishEvent(telephony, SmsQueuedSchema, sms(), { workspaceId });
    await publishEvent(telephony, SmsQueuedSchema, { ...sms(), sandbox: false }, { workspaceId });
    const auth = await house.broker.connect('auth');
    await publishEvent(auth, UserSignedUpSchema, { userId: newId('usr') }, { workspaceId });
    await arrived(actor, 3);
    const tester = { ...actor, mode: 'test' as const };
    expect(await list(tester)).toHaveLength(1);
    const { errors } = await house.graphql(tester, VERIFY);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
