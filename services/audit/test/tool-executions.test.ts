import { randomBytes } from 'node:crypto';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { RpcClient } from '@switchboard/messaging';
import { type Trace, withTrace } from '@switchboard/observability';
import {
  AuditService,
  DataRequestDueSchema,
  DataRequestKind,
  DataRequestScope,
  Mode,
} from '@switchboard/proto-schemas';
import { publishEvent, startTestService, type TestService, testActor, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../src/domain/entry-hash.ts';
import { audit } from '../src/service.ts';

let house: TestService;
let gateway: RpcClient;
beforeAll(async () => {
  house = await startTestService(audit, {
    environment: {
      AUDIT_CHECKPOINT_KEY: randomBytes(32).toString('base64'),
      AUDIT_VAULT_KEY: randomBytes(32).toString('base64'),
    },
  });
  gateway = new RpcClient(await house.broker.connect('gateway'));
});
afterAll(() => house.stop());

const { beginToolExecution, finishToolExecution } = AuditService.method;
const INPUT = JSON.stringify({ input: { to: '+14155550123', body: 'See you at nine, Ana' } });

function agentOf(workspaceId: string): WorkspaceActor {
  return testActor({
    kind: 'agent',
    workspaceId,
    userId: undefined,
    agentId: newId('agt'),
    apiKeyId: newId('key'),
  });
}

/** Calls a tool as the gateway tells it. @returns the execution's id. */
async function begin(
  caller: WorkspaceActor,
  options: { tool?: string; input?: string } = {},
): Promise<string> {
  const executionId = newId('tex');
  const requestId = newId('req');
  const { kind, workspaceId, userId = '', agentId = '', apiKeyId = '' } = caller;
  const trace: Trace = {
    requestId,
    correlationId: requestId,
    causationId: requestId,
    operation: options.tool ?? 'smsSend',
    actor: {
      kind,
      userId: userId || undefined,
      agentId: agentId || undefined,
      apiKeyId: apiKeyId || undefined,
    },
  };
  await withTrace(trace, () =>
    gateway.ask(beginToolExecution, {
      executionId,
      workspaceId,
      mode: caller.mode === 'live' ? Mode.LIVE : Mode.TEST,
      userId,
      agentId,
      apiKeyId,
      tool: options.tool ?? 'smsSend',
      input: options.input ?? INPUT,
      requestId,
    }),
  );
  return executionId;
}

function finish(executionId: string, workspaceId: string, end: object = {}) {
  return gateway.ask(finishToolExecution, {
    executionId,
    workspaceId,
    succeeded: true,
    output: '{"sms":{"id":"sms_1"}}',
    durationMs: 40,
    ...end,
  });
}

interface Execution {
  id: string;
  agent: { id: string } | null;
  userId: string | null;
  toolName: string;
  input: string | null;
  output: string | null;
  status: string;
  errorMessage: string | null;
  executionTimeMs: number | null;
  sandbox: boolean;
  finishedAt: string | null;
}

const FIELDS = `id agent { id } userId toolName input output status errorMessage executionTimeMs sandbox finishedAt`;

async function read(reader: WorkspaceActor, id: string): Promise<Execution | null> {
  const { data, errors } = await house.graphql<{ toolExecution: Execution | null }>(
    reader,
    `query ($id: ID!) { toolExecution(id: $id) { ${FIELDS} } }`,
    { id },
  );
  if (!data) throw new Error(JSON.stringify(errors));
  return data.toolExecution;
}

interface Entry {
  type: string;
  data: string;
  actor: { kind: string; agentId: string | null };
}

/** What the trail says of an execution, oldest first. */
async function entriesOf(reader: WorkspaceActor, resourceId: string): Promise<Entry[]> {
  const { data } = await house.graphql<{ auditEntries: { nodes: Entry[] } }>(
    reader,
    `query ($resourceId: ID) { auditEntries(filter: { resourceId: $resourceId }) {
      nodes { type data actor { kind agentId } } } }`,
    { resourceId },
  );
  return (data?.auditEntries.nodes ?? []).toReversed();
}

async function isChainSound(reader: WorkspaceActor): Promise<boolean | undefined> {
  const { data } = await house.graphql<{ auditVerify: { valid: boolean } }>(
    reader,
    '{ auditVerify { valid } }',
  );
  return data?.auditVerify.valid;
}

const rowOf = async (id: string) => {
  const [row] = await house.service.database.statement<{
    input_sealed: string;
    result_sealed: string | null;
  }>('select input_sealed, result_sealed from tool_executions where id = ?', [id]);
  if (!row) throw new Error(`no row ${id}`);
  return row;
};

describe('a call of a tool', () => {
  it('is PENDING as soon as it began, and says afterwards how it ended', async () => {
    const reader = testActor();
    const agent = agentOf(reader.workspaceId);
    const id = await begin(agent);
    expect(await read(reader, id)).toMatchObject({
      agent: { id: agent.agentId },
      userId: null,
      toolName: 'smsSend',
      input: INPUT,
      output: null,
      status: 'PENDING',
      errorMessage: null,
      executionTimeMs: null,
      sandbox: false,
      finishedAt: null,
    });
    await finish(id, reader.workspaceId);
    expect(await read(reader, id)).toMatchObject({
      output: '{"sms":{"id":"sms_1"}}',
      status: 'SUCCESS',
      executionTimeMs: 40,
      finishedAt: expect.any(String),
    });
  });

  it('keeps the first end that it was told', async () => {
    const reader = testActor();
    const id = await begin(agentOf(reader.workspaceId));
    await finish(id, reader.workspaceId, { succeeded: false, errorMessage: 'Not a mobile number.' });
    await finish(id, reader.workspaceId);
    expect(await read(reader, id)).toMatchObject({ status: 'FAILED', errorMessage: 'Not a mobile number.' });
  });

  it('stands in the trail twice, by its agent and with the hashes of what is kept apart', async () => {
    const reader = testActor();
    const agent = agentOf(reader.workspaceId);
    const id = await begin(agent);
    await finish(id, reader.workspaceId);
    await waitFor('both entries', async () => (await entriesOf(reader, id)).length === 2);
    const [started, finished] = await entriesOf(reader, id);
    const row = await rowOf(id);
    expect(started).toMatchObject({
      type: 'evt.audit.v1.ToolExecutionStarted',
      actor: { kind: 'AGENT', agentId: agent.agentId },
    });
    expect(JSON.parse(started?.data ?? '')).toMatchObject({ inputHash: sha256(row.input_sealed) });
    expect(finished?.type).toBe('evt.audit.v1.ToolExecutionFinished');
    expect(JSON.parse(finished?.data ?? '')).toMatchObject({
      succeeded: true,
      durationMs: 40,
      resultHash: sha256(row.result_sealed ?? ''),
    });
    expect(await isChainSound(reader)).toBe(true);
  });

  it('is in the database without its input and output in plain text', async () => {
    const { workspaceId } = testActor();
    const id = await begin(agentOf(workspaceId));
    await finish(id, workspaceId, { errorMessage: 'no such number: +14155550123' });
    const rows = await house.service.database.statement<{ text: string }>(
      'select t::text as text from tool_executions t where id = ? union all select o::text from outbox o',
      [id],
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.filter(({ text }) => /14155550123|sms_1/.test(text))).toEqual([]);
  });

  it('is recorded for the gateway alone', async () => {
    const telephony = new RpcClient(await house.broker.connect('telephony'));
    const { workspaceId } = testActor();
    const id = await begin(agentOf(workspaceId));
    const asked = telephony.ask(finishToolExecution, { executionId: id, workspaceId, succeeded: true });
    await expect(asked).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const begun = telephony.ask(beginToolExecution, {
      executionId: newId('tex'),
      workspaceId,
      tool: 'smsSend',
    });
    await expect(begun).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is refused without a caller, and with more than is kept', async () => {
    const actor = testActor();
    const nobody = begin({ ...actor, userId: undefined });
    await expect(nobody).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const long = begin(actor, { input: 'ä'.repeat(40_000) });
    await expect(long).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('auditVerify', () => {
  /** A call whose entries are in the trail. */
  async function recorded(reader: WorkspaceActor, { ends = true } = {}): Promise<string> {
    const id = await begin(agentOf(reader.workspaceId));
    if (ends) await finish(id, reader.workspaceId);
    await waitFor('its entries', async () => (await entriesOf(reader, id)).length === (ends ? 2 : 1));
    return id;
  }

  async function problemFor(reader: WorkspaceActor): Promise<unknown> {
    const { data, errors } = await house.graphql<{ auditVerify: { firstProblem: unknown } }>(
      reader,
      '{ auditVerify { firstProblem { sequence kind entryId } checkpoint } }',
    );
    if (!data) throw new Error(JSON.stringify(errors));
    return data.auditVerify.firstProblem;
  }

  async function entryIds(reader: WorkspaceActor): Promise<string[]> {
    const { data } = await house.graphql<{ auditEntries: { nodes: { id: string }[] } }>(
      reader,
      '{ auditEntries { nodes { id } } }',
    );
    return (data?.auditEntries.nodes ?? []).map(({ id }) => id).toReversed();
  }

  it.each([
    ['tool', "tool = 'mailSend'", 1],
    ['agent', "agent_id = 'agt_01JAAAAAAAAAAAAAAAAAAAAAAA'", 1],
    ['person', "user_id = 'usr_01JAAAAAAAAAAAAAAAAAAAAAAA'", 1],
    ['key', 'api_key_id = null', 1],
    ['request', "request_id = 'req_01JAAAAAAAAAAAAAAAAAAAAAAA'", 1],
    ['mode', 'sandbox = true', 1],
    ['input', "input_sealed = input_sealed || 'A'", 1],
    ['result', 'result_sealed = input_sealed', 2],
    ['removed result', 'result_sealed = null', 2],
    ['outcome', "status = 'FAILED'", 2],
    ['length', 'duration_ms = 39', 2],
  ])('finds another %s of a call', async (_name, change, sequence) => {
    const reader = testActor();
    const id = await recorded(reader);
    expect(await problemFor(reader)).toBeNull();
    await house.service.database.statement(`update tool_executions set ${change} where id = ?`, [id]);
    const entryId = (await entryIds(reader))[sequence - 1];
    expect(await problemFor(reader)).toEqual({ sequence, kind: 'EDITED', entryId });
  });

  it('finds a call that was deleted, and names the first problem of several', async () => {
    const reader = testActor();
    const ended = await recorded(reader);
    const pending = await recorded(reader, { ends: false });
    await recorded(reader);
    const entries = await entryIds(reader);
    await house.service.database.statement('delete from tool_executions where id = ?', [pending]);
    expect(await problemFor(reader)).toEqual({ sequence: 3, kind: 'DELETED', entryId: entries[2] });
    await house.service.database.statement("update tool_executions set status = 'FAILED' where id = ?", [
      ended,
    ]);
    expect(await problemFor(reader)).toEqual({ sequence: 2, kind: 'EDITED', entryId: entries[1] });
  });
});

describe('an erased person', () => {
  it('leaves calls that nobody can read, others’ that everybody can, and a chain that holds', async () => {
    const reader = testActor();
    const { workspaceId } = reader;
    const person = testActor({ workspaceId });
    const theirs = await begin(person);
    const pending = await begin(person);
    const agents = await begin(agentOf(workspaceId));
    await finish(theirs, workspaceId);
    await waitFor('entries', async () => (await entriesOf(reader, theirs)).length === 2);
    const sealed = await rowOf(theirs);

    const requestId = newId('dsr');
    const subject = {
      kind: DataRequestKind.ERASURE,
      scope: DataRequestScope.USER,
      userId: person.userId ?? '',
      email: 'ana@example.com',
    };
    house.auth.dataSubjects.set(requestId, subject);
    await publishEvent(
      await house.broker.connect('auth'),
      DataRequestDueSchema,
      { requestId },
      { workspaceId },
    );
    await waitFor('the erasure', async () => house.auth.dataAnswers.has(requestId));
    await finish(pending, workspaceId);

    expect(await read(reader, theirs)).toMatchObject({
      userId: person.userId,
      toolName: 'smsSend',
      input: null,
      output: null,
      status: 'SUCCESS',
    });
    expect(await read(reader, pending)).toMatchObject({ input: null, output: null, status: 'SUCCESS' });
    expect(await read(reader, agents)).toMatchObject({ input: INPUT });
    const keys = await house.service.database.statement('select 1 from subject_keys where subject_id = ?', [
      person.userId,
    ]);
    expect(keys).toEqual([]);
    // What the chain holds the hash of is still there to be compared.
    expect(await rowOf(theirs)).toEqual(sealed);
    await waitFor('the last entry', async () => (await entriesOf(reader, pending)).length === 2);
    expect(await isChainSound(reader)).toBe(true);
  });
});

describe('calls in numbers', () => {
  it('count by agent and tool, and for the workspace', async () => {
    const reader = testActor();
    const { workspaceId } = reader;
    const [agent, other] = [agentOf(workspaceId), agentOf(workspaceId)];
    for (const [tool, succeeded, durationMs] of [
      ['smsSend', true, 10],
      ['smsSend', true, 20],
      ['smsSend', false, 61],
      ['mailSend', true, 100],
    ] as const) {
      await finish(await begin(agent, { tool }), workspaceId, { succeeded, durationMs });
    }
    await begin(other);
    const { data } = await house.graphql(
      reader,
      `query ($id: ID!) {
        agentToolStats(agentId: $id) { agent { id } total successful failed pending successRate averageMs
          byTool { toolName total successRate averageMs } }
        toolExecutionSummary { total successful failed pending successRate averageMs agents } }`,
      { id: agent.agentId },
    );
    expect(data).toEqual({
      agentToolStats: {
        agent: { id: agent.agentId },
        total: 4,
        successful: 3,
        failed: 1,
        pending: 0,
        successRate: '75.00',
        averageMs: 48,
        byTool: [
          { toolName: 'smsSend', total: 3, successRate: '66.67', averageMs: 30 },
          { toolName: 'mailSend', total: 1, successRate: '100.00', averageMs: 100 },
        ],
      },
      toolExecutionSummary: {
        total: 5,
        successful: 3,
        failed: 1,
        pending: 1,
        successRate: '75.00',
        averageMs: 48,
        agents: 2,
      },
    });
  });

  it('are listed newest first, by agent and by what they were', async () => {
    const reader = testActor();
    const agent = agentOf(reader.workspaceId);
    const [first, second] = [await begin(agent), await begin(agent, { tool: 'mailSend' })];
    await begin(agentOf(reader.workspaceId));
    await finish(first, reader.workspaceId);
    const { data } = await house.graphql<Record<string, { nodes: { id: string }[] }>>(
      reader,
      `query ($id: ID!) { log: agentAuditLog(agentId: $id) { nodes { id } }
        ended: toolExecutions(filter: { status: SUCCESS }) { nodes { id } }
        mails: toolExecutions(filter: { agentId: $id, toolName: "mailSend" }) { nodes { id } } }`,
      { id: agent.agentId },
    );
    expect(data).toEqual({
      log: { nodes: [{ id: second }, { id: first }] },
      ended: { nodes: [{ id: first }] },
      mails: { nodes: [{ id: second }] },
    });
  });
});

describe('another workspace', () => {
  it('sees none of it, by id, list, reference or number; nor does a test caller of what was live', async () => {
    const owner = testActor();
    const agent = agentOf(owner.workspaceId);
    const id = await begin(agent);
    const tester = { ...owner, mode: 'test' as const };
    for (const stranger of [testActor(), tester]) {
      const { data } = await house.graphql(
        stranger,
        `query ($id: ID!, $agent: ID!, $refs: [_Any!]!) { toolExecution(id: $id) { id }
          agentAuditLog(agentId: $agent) { nodes { id } } toolExecutions { nodes { id } }
          agentToolStats(agentId: $agent) { total } toolExecutionSummary { total agents }
          _entities(representations: $refs) { __typename } }`,
        { id, agent: agent.agentId, refs: [{ __typename: 'ToolExecution', id }] },
      );
      expect(data).toEqual({
        toolExecution: null,
        agentAuditLog: { nodes: [] },
        toolExecutions: { nodes: [] },
        agentToolStats: { total: 0 },
        toolExecutionSummary: { total: 0, agents: 0 },
        _entities: [null],
      });
    }
    await expect(finish(id, testActor().workspaceId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await read(owner, id)).toMatchObject({ status: 'PENDING' });
    const tried = await begin({ ...agent, mode: 'test' });
    expect(await read(tester, tried)).toMatchObject({ sandbox: true });
  });
});
