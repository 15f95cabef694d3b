import { fromBinary } from '@bufbuild/protobuf';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import {
  AuthService,
  DataRequestAnsweredSchema,
  DataRequestDueSchema,
  DataRequestKind,
  DataRequestScope,
  type DataSubjectResponse,
} from '@switchboard/proto-schemas';
import { readZip, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';
import { codeOf, join, keyOf, type Person } from './people.ts';

const [SECOND_MS, MINUTE_MS, HOUR_MS] = [1_000, 60_000, 3_600_000];
const DAY_MS = 24 * HOUR_MS;
const OTHERS = ['audit', 'billing', 'mail', 'meetings', 'telephony'];
const REQUEST = 'dataRequest { id kind scope state dueAt downloadUrl }';
const ROOT = 'root@example.com';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
type Loose = any;

let auth: TestAuth;
beforeAll(async () => {
  auth = await startAuth({ AUTH_SUPER_ADMINS: ROOT }, undefined, { dataCareMs: 20 });
});
afterAll(() => auth.stop());

type Field = 'userExport' | 'userErase' | 'workspaceExport' | 'workspaceErase';
const ask = (actor: WorkspaceActor, field: Field, password?: string) =>
  auth.mutate(actor, field, { password }, REQUEST);
const cancel = (actor: WorkspaceActor, dataRequestId: string) =>
  auth.mutate(actor, 'dataRequestCancel', { dataRequestId }, REQUEST);
const listed = async (actor: WorkspaceActor): Promise<Loose[]> =>
  (
    await auth.graphql(
      actor,
      '{ dataRequests { nodes { id kind scope state completedAt expiresAt downloadUrl } } }',
    )
  ).data?.dataRequests?.nodes ?? [];
const firstCode = (payload: Loose) => payload.userErrors?.[0]?.code;
const signIn = ({ email, password }: Pick<Person, 'email' | 'password'>) =>
  auth.mutate(ANONYMOUS, 'sessionCreate', { email, password }, SIGNED_IN);

interface Row {
  readonly state: string;
  readonly email: string | null;
}
const rowOf = async (id: string) => {
  const [row] = await auth.service.database.statement<Row>(
    'select state, email from data_requests where id = ?',
    [id],
  );
  return row;
};
const inState = (id: string, state: string) =>
  waitFor(`${id} ${state}`, async () => (await rowOf(id))?.state === state);
const countOf = async (table: string, column: string, value: string) => {
  const [row] = await auth.service.database.statement<{ many: number }>(
    `select count(*)::int as many from ${table} where ${column} = ?`,
    [value],
  );
  return row?.many;
};
/** How often services were told to do their share. */
async function announced(id: string): Promise<number> {
  const due = (await auth.events()).filter(({ type }) => type === 'DataRequestDue');
  return due.filter(({ payload }) => fromBinary(DataRequestDueSchema, payload).requestId === id).length;
}
async function answered(id: string): Promise<string[]> {
  const all = (await auth.events()).filter(({ type }) => type === 'DataRequestAnswered');
  const facts = all.map(({ payload }) => fromBinary(DataRequestAnsweredSchema, payload));
  return facts.filter(({ requestId }) => requestId === id).map(({ service }) => service);
}

const subjectFor = async (service: string, requestId: string): Promise<DataSubjectResponse> =>
  (await auth.asker(service)).ask(AuthService.method.dataSubject, { requestId });
const store = async (service: string, requestId: string, path: string, text: string, sequence = 0) =>
  (await auth.asker(service)).ask(AuthService.method.storeDataPart, {
    requestId,
    sequence,
    path,
    content: Buffer.from(text),
  });
const answer = async (service: string, requestId: string, parts = 0) =>
  (await auth.asker(service)).ask(AuthService.method.answerDataRequest, { requestId, rows: 1n, parts });
async function answerAll(requestId: string, services: readonly string[] = OTHERS): Promise<void> {
  for (const service of services) await answer(service, requestId);
}
const mailOf = async (requestId: string) =>
  (await auth.asker('mail')).ask(AuthService.method.mailContext, {
    challenge: { case: 'dataRequestId', value: requestId },
  });
/** Where a copy is fetched from auth itself. */
const fetchCopy = (downloadUrl: string) => fetch(`${auth.service.url}${new URL(downloadUrl).pathname}`);

/** An erasure that everybody was told of. */
async function begun(id: string): Promise<void> {
  auth.clock.advance(72 * HOUR_MS);
  await inState(id, 'RUNNING');
  auth.clock.advance(10 * SECOND_MS);
  await waitFor('announcement', () => announced(id));
}

describe('a copy of personal data', () => {
  it('needs the password, like everything that a screen left open must not give away', async () => {
    const { actor, password } = await signUp(auth);
    expect(firstCode(await ask(actor, 'userExport'))).toBe('PASSWORD_REQUIRED');
    expect(firstCode(await ask(actor, 'userExport', 'not this one at all'))).toBe('INVALID_CREDENTIALS');
    expect((await ask(actor, 'userExport', password)).dataRequest.state).toBe('RUNNING');
  });

  it('is complete when every service has answered, and is fetched with everything they handed over', async () => {
    const person = await signUp(auth, { name: 'Ana Ngo' });
    const { dataRequest } = await ask(person.actor, 'userExport', person.password);
    expect(await ask(person.actor, 'userExport', person.password)).toMatchObject({
      dataRequest: { id: dataRequest.id },
    });
    expect(await subjectFor('mail', dataRequest.id)).toMatchObject({
      kind: DataRequestKind.EXPORT,
      scope: DataRequestScope.USER,
      userId: person.user.id,
      email: person.email,
      workspaceId: '',
    });
    await store('mail', dataRequest.id, 'messages.jsonl', '{"id":"msg_2"}\n', 1);
    await store('mail', dataRequest.id, 'messages.jsonl', 'never finished', 2);
    await store('mail', dataRequest.id, 'messages.jsonl', '{"id":"msg_1"}\n', 0);
    await store('mail', dataRequest.id, 'messages.jsonl', '{"id":"msg_1"}\n', 0);
    const sealed = await auth.service.database.statement<{ sealed: string }>(
      'select sealed from data_parts where request_id = ?',
      [dataRequest.id],
    );
    expect(JSON.stringify(sealed)).not.toContain('msg_1');
    await answer('mail', dataRequest.id, 2);
    await answerAll(dataRequest.id, ['audit', 'billing', 'meetings']);
    await waitFor('answer of auth', async () => (await answered(dataRequest.id)).includes('auth'));
    expect((await rowOf(dataRequest.id))?.state).toBe('RUNNING');
    await answerAll(dataRequest.id, ['telephony', 'telephony']);
    expect(await rowOf(dataRequest.id)).toEqual({ state: 'DONE', email: null });
    expect((await answered(dataRequest.id)).sort()).toEqual(['auth', ...OTHERS].sort());

    const [shown] = await listed(person.actor);
    const response = await fetchCopy(shown.downloadUrl);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const files = await readZip(new Uint8Array(await response.arrayBuffer()));
    expect(files.get('mail/messages.jsonl')?.toString()).toBe('{"id":"msg_1"}\n{"id":"msg_2"}\n');
    const account = JSON.parse(files.get('auth/account.jsonl')?.toString() ?? '');
    expect(account).toMatchObject({ id: person.user.id, email: person.email, name: 'Ana Ngo' });
    expect(account).not.toHaveProperty('passwordHash');
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['about.json', 'auth/memberships.jsonl', 'auth/sessions.jsonl']),
    );
    expect((await auth.events()).map(({ type }) => type)).toContain('DataExportFetched');
  });

  it('that cannot be read to its end breaks off, and costs nobody else anything', async () => {
    const person = await signUp(auth);
    const { dataRequest } = await ask(person.actor, 'userExport', person.password);
    await store('mail', dataRequest.id, 'messages.jsonl', '{"id":"msg_1"}\n');
    await answer('mail', dataRequest.id, 1);
    await answerAll(dataRequest.id, ['audit', 'billing', 'meetings', 'telephony']);
    await inState(dataRequest.id, 'DONE');
    const [shown] = await listed(person.actor);
    await auth.service.database.statement(
      "update data_parts set sealed = 'nonsense' where request_id = ? and service = 'mail'",
      [dataRequest.id],
    );
    const readWhole = async () => (await fetchCopy(shown.downloadUrl)).arrayBuffer();
    await expect(readWhole()).rejects.toThrow();
    const left = await fetchCopy(shown.downloadUrl);
    await left.body?.cancel();
    expect((await fetch(`${auth.service.url}/health/live`)).status).toBe(200);
  });

  it('is found by a link for ten minutes, and by another one for a week; then it is gone with its key', async () => {
    const { actor, password } = await signUp(auth);
    const { dataRequest } = await ask(actor, 'userExport', password);
    await answerAll(dataRequest.id);
    await inState(dataRequest.id, 'DONE');
    expect(await mailOf(dataRequest.id)).toMatchObject({
      template: 'copy-ready',
      workspaceName: '',
      link: `http://switchboard.test/data-requests/${dataRequest.id}`,
    });
    const [{ downloadUrl }] = await listed(actor);
    const changed = downloadUrl.replace(dataRequest.id, newId('dsr'));
    expect((await fetchCopy(changed)).status).toBe(404);
    expect((await fetchCopy(downloadUrl)).status).toBe(200);
    auth.clock.advance(11 * MINUTE_MS);
    expect((await fetchCopy(downloadUrl)).status).toBe(404);
    auth.clock.advance(6 * DAY_MS);
    const [later] = await listed(actor);
    expect((await fetchCopy(later.downloadUrl)).status).toBe(200);
    auth.clock.advance(DAY_MS);
    await inState(dataRequest.id, 'EXPIRED');
    expect((await listed(actor))[0]).toMatchObject({ state: 'EXPIRED', downloadUrl: null });
    expect(await countOf('data_parts', 'request_id', dataRequest.id)).toBe(0);
    expect(await countOf('workspace_keys', 'workspace_id', dataRequest.id)).toBe(0);
  });

  it('of a workspace is for its owner alone, and no API key asks for one', async () => {
    const owner = await signUp(auth);
    const admin = await join(auth, owner, 'ADMIN');
    expect(codeOf(await ask(admin.actor, 'workspaceExport', admin.password))).toBe('FORBIDDEN');
    expect(codeOf(await ask(keyOf(owner), 'workspaceExport'))).toBe('FORBIDDEN');
    const { dataRequest } = await ask(owner.actor, 'workspaceExport', owner.password);
    expect(await subjectFor('billing', dataRequest.id)).toMatchObject({
      scope: DataRequestScope.WORKSPACE,
      workspaceId: owner.actor.workspaceId,
      userId: '',
      email: '',
    });
    await answerAll(dataRequest.id);
    await inState(dataRequest.id, 'DONE');
    const [{ downloadUrl }] = await listed(owner.actor);
    const files = await readZip(new Uint8Array(await (await fetchCopy(downloadUrl)).arrayBuffer()));
    const members = files.get('auth/members.jsonl')?.toString() ?? '';
    expect(members).toContain(admin.email);
    expect(members).not.toContain('argon2');
    expect(await listed(admin.actor)).toEqual([]);
    expect(codeOf(await cancel(admin.actor, dataRequest.id))).toBe('NOT_FOUND');
    const { data } = await auth.graphql(admin.actor, '{ dataRequests { nodes { id } } }');
    expect(data.dataRequests.nodes).toEqual([]);
  });

  it('takes pieces from services alone, and none that would leave its folder', async () => {
    const { actor, password } = await signUp(auth);
    const { dataRequest } = await ask(actor, 'userExport', password);
    await expect(subjectFor('gateway', dataRequest.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    for (const path of ['../outside', '/etc/passwd', 'a/../../b', 'a//b', '', 'a\\b', 'x'.repeat(201)]) {
      const refused = store('mail', dataRequest.id, path, 'x');
      await expect(refused, path).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    await expect(store('mail', dataRequest.id, 'large', 'x'.repeat(513 * 1_024))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await answerAll(dataRequest.id);
    await inState(dataRequest.id, 'DONE');
    await expect(store('mail', dataRequest.id, 'late', 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(subjectFor('mail', dataRequest.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is asked of a service again every day until it answers', async () => {
    const { actor, password } = await signUp(auth);
    const { dataRequest } = await ask(actor, 'userExport', password);
    expect(await announced(dataRequest.id)).toBe(1);
    await answerAll(dataRequest.id, ['mail']);
    auth.clock.advance(DAY_MS);
    await waitFor('a second announcement', async () => (await announced(dataRequest.id)) === 2);
    await expect(subjectFor('mail', dataRequest.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await subjectFor('billing', dataRequest.id)).toMatchObject({ scope: DataRequestScope.USER });
  });

  it('cannot be asked for without end', async () => {
    const { actor, password } = await signUp(auth);
    for (let n = 0; n < 10; n += 1) await ask(actor, 'userExport', password);
    expect(firstCode(await ask(actor, 'userExport', password))).toBe('RATE_LIMITED');
  });
});

describe('the erasure of a workspace', () => {
  it('can be taken back for three days, by its owner', async () => {
    const owner = await signUp(auth);
    const before = auth.clock.now.getTime();
    const { dataRequest } = await ask(owner.actor, 'workspaceErase', owner.password);
    expect(dataRequest).toMatchObject({ state: 'SCHEDULED', kind: 'ERASURE', scope: 'WORKSPACE' });
    expect(new Date(dataRequest.dueAt).getTime() - before).toBe(72 * HOUR_MS);
    expect(await mailOf(dataRequest.id)).toMatchObject({
      template: 'erasure-scheduled',
      recipientAddress: owner.email,
      workspaceName: owner.workspace.name,
    });
    expect((await cancel(owner.actor, dataRequest.id)).dataRequest.state).toBe('CANCELLED');
    await expect(mailOf(dataRequest.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    auth.clock.advance(73 * HOUR_MS);
    expect((await signIn(owner)).session).toBeTruthy();
    expect((await rowOf(dataRequest.id))?.state).toBe('CANCELLED');
  });

  it('shuts it first, then tells the services, and ends with auth when all others are done', async () => {
    const owner = await signUp(auth);
    const member = await join(auth, owner, 'MEMBER');
    const { workspaceId } = owner.actor;
    const key = await auth.mutate(
      owner.actor,
      'apiKeyCreate',
      { name: 'k', scopes: ['mail:read'] },
      'secret',
    );
    const { dataRequest } = await ask(owner.actor, 'workspaceErase', owner.password);
    auth.clock.advance(72 * HOUR_MS);
    await inState(dataRequest.id, 'RUNNING');
    expect(await announced(dataRequest.id)).toBe(0);
    const gateway = await auth.asker('gateway');
    const checked = await gateway.ask(AuthService.method.checkSession, {
      sessionId: owner.actor.sessionId ?? '',
    });
    expect(checked.active).toBe(false);
    const verified = await gateway.ask(AuthService.method.verifyApiKey, { secret: key.secret, clientIp: '' });
    expect(verified.found).toBe(false);
    expect(firstCode(await cancel(owner.actor, dataRequest.id))).toBe('TOO_LATE');

    auth.clock.advance(10 * SECOND_MS);
    await waitFor('announcement', () => announced(dataRequest.id));
    expect(await countOf('workspaces', 'id', workspaceId)).toBe(1);
    await answerAll(dataRequest.id);
    await inState(dataRequest.id, 'DONE');
    for (const table of ['memberships', 'api_keys', 'sessions', 'connections', 'invitations']) {
      expect(await countOf(table, 'workspace_id', workspaceId), table).toBe(0);
    }
    expect(await countOf('workspaces', 'id', workspaceId)).toBe(0);
    expect((await answered(dataRequest.id)).at(-1)).toBe('auth');
    // Accounts are their people's own.
    expect(await countOf('users', 'id', member.user.id)).toBe(1);
    expect((await signIn(member)).session).toBeTruthy();
  });

  it('is not undone by whoever lifts suspensions', async () => {
    const root = await signUp(auth, { email: ROOT });
    const links = await auth.asker('mail');
    const requested = (await auth.events()).filter(({ type }) => type === 'EmailVerificationRequested');
    const text = Buffer.from(requested.at(-1)?.payload ?? []).toString('latin1');
    const { link } = await links.ask(AuthService.method.mailContext, {
      challenge: { case: 'verificationId', value: /vfy_[0-9A-Z]{26}/.exec(text)?.[0] ?? '' },
    });
    const token = link.slice(link.lastIndexOf('/') + 1);
    await auth.mutate(ANONYMOUS, 'emailVerify', { token }, 'user { id }');
    const owner = await signUp(auth);
    const { dataRequest } = await ask(owner.actor, 'workspaceErase', owner.password);
    await begun(dataRequest.id);
    const resumed = await auth.mutate(
      root.actor,
      'workspaceResume',
      { workspaceId: owner.actor.workspaceId },
      'workspace { id }',
    );
    expect(firstCode(resumed)).toBe('BEING_ERASED');
  });
});

describe('the erasure of an account', () => {
  it('asks its owner what becomes of their workspaces first', async () => {
    const { actor, password } = await signUp(auth);
    expect(firstCode(await ask(actor, 'userErase', password))).toBe('OWNS_WORKSPACE');
    await ask(actor, 'workspaceErase', password);
    expect((await ask(actor, 'userErase', password)).dataRequest.state).toBe('SCHEDULED');
  });

  it('leaves every workspace and keeps nothing of the person, whose address is free again', async () => {
    const owner = await signUp(auth);
    const person = await join(auth, owner, 'MEMBER');
    const own = await signIn(person);
    const ofOwn = await auth.actorOf(own.session.accessToken);
    const home = await ask(ofOwn, 'workspaceErase', person.password);
    const { dataRequest } = await ask(person.actor, 'userErase', person.password);
    await begun(dataRequest.id);
    expect(await subjectFor('mail', dataRequest.id)).toMatchObject({
      kind: DataRequestKind.ERASURE,
      userId: person.user.id,
      email: person.email,
    });
    expect(await countOf('memberships', 'id', person.membershipId)).toBe(0);
    expect(firstCode(await signIn(person))).toBe('INVALID_CREDENTIALS');
    const again = await signUp(auth, { email: person.email });
    expect(again.user.id).not.toBe(person.user.id);

    await answerAll(home.dataRequest.id);
    await inState(home.dataRequest.id, 'DONE');
    await answerAll(dataRequest.id);
    await inState(dataRequest.id, 'DONE');
    expect(await rowOf(dataRequest.id)).toEqual({ state: 'DONE', email: null });
    for (const table of ['sessions', 'memberships', 'challenges', 'identities', 'preferences']) {
      expect(await countOf(table, 'user_id', person.user.id), table).toBe(0);
    }
    expect(await countOf('users', 'id', person.user.id)).toBe(0);
    expect(await countOf('users', 'email', person.email)).toBe(1);
  });

  it('does not leave a workspace without its owner: one that was given to them meanwhile ends it', async () => {
    const owner = await signUp(auth);
    const person = await join(auth, owner, 'ADMIN');
    const ofOwn = await auth.actorOf((await signIn(person)).session.accessToken);
    await ask(ofOwn, 'workspaceErase', person.password);
    const { dataRequest } = await ask(person.actor, 'userErase', person.password);
    await auth.mutate(
      owner.actor,
      'workspaceTransfer',
      { userId: person.user.id, password: owner.password },
      'workspace { id }',
    );
    auth.clock.advance(72 * HOUR_MS);
    await inState(dataRequest.id, 'CANCELLED');
    expect(await countOf('users', 'email', person.email)).toBe(1);
  });
});
