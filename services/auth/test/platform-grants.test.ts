/** Accounts that an administrator of the platform connects for the whole installation. */
import type { WorkspaceActor } from '@switchboard/identity';
import type { RpcClient } from '@switchboard/messaging';
import { AuthService, Mode, OwnerKind } from '@switchboard/proto-schemas';
import { waitFor } from '@switchboard/testing';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConsentSteps, type ConsentVendorName, RETURN_ORIGIN } from './consent-steps.ts';
import { signUp, startAuth, type TestAuth } from './harness.ts';
import { codeOf, keyOf, type Person } from './people.ts';

const ROOT = 'root@example.com';
const UNKNOWN = 'con_00000000000000000000000000';

let sandbox: Sandbox;
let auth: TestAuth;
let mail: RpcClient;
let meetings: RpcClient;
let steps: ConsentSteps;
let root: Person;
/** Another one for each test: Google ends all that a person allowed when a connection of theirs is deleted. */
let office = '';
let offices = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ publicUrl: 'http://switchboard.test' });
  auth = await startAuth({
    AUTH_SANDBOX_URL: sandbox.url,
    AUTH_RETURN_ORIGINS: RETURN_ORIGIN,
    AUTH_SUPER_ADMINS: ROOT,
  });
  steps = new ConsentSteps(auth, sandbox.url);
  mail = await auth.asker('mail');
  meetings = await auth.asker('meetings');
  root = await signUp(auth, { email: ROOT });
  await setVerified('now()');
});
afterAll(async () => {
  await auth.stop();
  await sandbox.close();
});
beforeEach(() => {
  offices += 1;
  office = `office${offices}@example.com`;
});
afterEach(async () => {
  await steps.sandbox.clearFaults();
  await setVerified('now()');
  const { data } = await auth.graphql(root.actor, '{ connections { id } }');
  for (const { id } of data.connections) await remove(root.actor, id);
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
type Loose = any;

const setVerified = (when: 'now()' | 'null') =>
  auth.service.database.statement(`update users set email_verified_at = ${when} where email = ?`, [ROOT]);
const lend = (
  asker: RpcClient,
  { workspaceId, userId = '' }: WorkspaceActor,
  vendor: ConsentVendorName,
  more: { connectionId?: string; mode?: Mode } = {},
) =>
  asker.ask(
    AuthService.method.lendCredential,
    { vendor: vendor.toLowerCase(), workspaceId, userId, connectionId: '', mode: Mode.LIVE, ...more },
    { timeoutMs: 10_000 },
  );
const connect = (vendor: ConsentVendorName, purpose: string) =>
  steps.connect(root.actor, vendor, purpose, office, { owner: 'PLATFORM' });
const remove = (actor: WorkspaceActor, connectionId: string) =>
  auth.mutate(actor, 'connectionDelete', { connectionId }, 'connectionId');
const connectionsOf = async (actor: WorkspaceActor): Promise<Loose[]> =>
  (await auth.graphql(actor, '{ connections { id owner name state } }')).data.connections;
const integrationOf = async (actor: WorkspaceActor, vendor: ConsentVendorName): Promise<Loose> => {
  const query = '{ integrations { vendor state connectionId nextCheckAt } }';
  const { data } = await auth.graphql(actor, query);
  return data.integrations.find((one: Loose) => one.vendor === vendor);
};
const platformEvents = async (since = 0) =>
  (await auth.events())
    .slice(since)
    .filter(({ workspaceId }) => workspaceId === 'platform')
    .map(({ type }) => type);

describe('an account of the whole installation', () => {
  it.each([
    ['GOOGLE', 'MAIL_SEND', () => mail],
    ['MICROSOFT', 'CALENDAR', () => meetings],
    ['ZOOM', 'MEETINGS', () => meetings],
  ] as const)('at %s is lent to every workspace', async (vendor, purpose, asker) => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const { length } = await auth.events();
    const connection = await connect(vendor, purpose);
    expect(connection).toMatchObject({ owner: 'PLATFORM', name: office, purposes: [purpose] });
    for (const { actor } of [one, two]) {
      const lent = await lend(asker(), actor, vendor);
      expect(lent).toMatchObject({
        connectionId: connection.id,
        ownerKind: OwnerKind.PLATFORM,
        workspaceId: '',
        userId: '',
      });
      expect(Object.keys(lent.secrets)).toEqual(['accessToken']);
      const named = await lend(asker(), actor, vendor, { connectionId: connection.id });
      expect(named.secrets).toEqual(lent.secrets);
    }
    expect(await platformEvents(length)).toEqual(['ConnectionCreated']);
  });

  it('has a row of the platform, under a data key of the platform', async () => {
    const { id } = await connect('GOOGLE', 'MAIL_SEND');
    const [row] = await auth.service.database.statement<Loose>('select * from connections where id = ?', [
      id,
    ]);
    expect(row).toMatchObject({ workspace_id: 'platform', owner_kind: 'PLATFORM', user_id: null });
    const keys = await auth.service.database.statement(
      `select 1 from workspace_keys where workspace_id = 'platform'`,
      [],
    );
    expect(keys).toHaveLength(1);
    const { secrets } = await lend(mail, root.actor, 'GOOGLE');
    expect(JSON.stringify(row)).not.toContain(secrets.accessToken);
  });

  it('gives way to what the workspace or the user connected for the same', async () => {
    const { actor } = await signUp(auth);
    const wide = await connect('GOOGLE', 'MAIL_SEND');
    const calendar = await steps.connect(actor, 'GOOGLE', 'CALENDAR', 'ana@example.com', {
      owner: 'WORKSPACE',
    });
    expect((await lend(mail, actor, 'GOOGLE')).connectionId).toBe(wide.id);
    expect((await lend(meetings, actor, 'GOOGLE')).connectionId).toBe(calendar.id);
    const team = await steps.connect(actor, 'GOOGLE', 'MAIL', 'team@example.com', { owner: 'WORKSPACE' });
    expect((await lend(mail, actor, 'GOOGLE')).connectionId).toBe(team.id);
    const own = await steps.connect(actor, 'GOOGLE', 'MAIL', 'ben@example.com');
    expect((await lend(mail, actor, 'GOOGLE')).connectionId).toBe(own.id);
    expect((await lend(mail, { ...actor, userId: 'usr_other' }, 'GOOGLE')).connectionId).toBe(team.id);
    await remove(actor, own.id);
    await remove(actor, team.id);
    expect((await lend(mail, actor, 'GOOGLE')).connectionId).toBe(wide.id);
  });

  it('shows among everybody’s integrations, and among the connections of administrators of the platform', async () => {
    const { actor } = await signUp(auth);
    expect(await integrationOf(actor, 'MICROSOFT')).toMatchObject({ state: 'DISCONNECTED' });
    const { id } = await connect('MICROSOFT', 'MAIL_SEND');
    for (const caller of [actor, root.actor]) {
      const integration = await integrationOf(caller, 'MICROSOFT');
      expect(integration).toMatchObject({ state: 'CONNECTED', connectionId: id });
      expect(integration.nextCheckAt).not.toBeNull();
    }
    expect(await connectionsOf(root.actor)).toEqual([
      { id, owner: 'PLATFORM', name: office, state: 'CONNECTED' },
    ]);
    for (const caller of [actor, keyOf(root), keyOf(root, 'test')]) {
      expect(await connectionsOf(caller)).toEqual([]);
    }
    const representations = [{ __typename: 'Connection', id }];
    const query =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Connection { id } } }';
    expect((await auth.graphql(actor, query, { representations })).data._entities).toEqual([null]);
    expect((await auth.graphql(root.actor, query, { representations })).data._entities).toEqual([{ id }]);
  });

  it('is to others as unknown as a connection that is not there', async () => {
    const { actor } = await signUp(auth);
    const { id } = await connect('GOOGLE', 'MAIL_SEND');
    const again = { vendor: 'GOOGLE', purpose: 'MAIL_SEND' };
    for (const caller of [actor, keyOf(root)]) {
      for (const connectionId of [id, UNKNOWN]) {
        const rename = { connectionId, name: 'Mine' };
        expect(codeOf(await remove(caller, connectionId))).toBe('NOT_FOUND');
        expect(codeOf(await auth.mutate(caller, 'connectionUpdate', rename, 'connection { id }'))).toBe(
          'NOT_FOUND',
        );
        expect(codeOf(await steps.start(caller, { ...again, connectionId }))).toBe('NOT_FOUND');
      }
    }
    expect(
      await mail.ask(AuthService.method.deleteCredential, { connectionId: id, workspaceId: 'platform' }),
    ).toMatchObject({ deleted: false });
    await lend(mail, actor, 'GOOGLE');
  });

  it('is made by administrators of the platform alone, who are that when it is finished', async () => {
    const { actor } = await signUp(auth);
    const input = { vendor: 'GOOGLE', purpose: 'MAIL_SEND', owner: 'PLATFORM' };
    for (const caller of [actor, keyOf({ actor }), keyOf(root), keyOf(root, 'test')]) {
      expect(codeOf(await steps.start(caller, input))).toBe('FORBIDDEN');
      const importing = { vendor: 'GOOGLE', refreshToken: 'any', owner: 'PLATFORM' };
      expect(codeOf(await auth.mutate(caller, 'connectionImport', importing, 'connection { id }'))).toBe(
        'FORBIDDEN',
      );
    }
    const { authorizationUrl } = await steps.start(root.actor, input);
    const back = await steps.comeBack(authorizationUrl, 'GOOGLE', office);
    const before = await steps.asked('GOOGLE', 'authorization_code');
    await setVerified('null');
    expect(codeOf(await steps.finish(root.actor, back))).toBe('FORBIDDEN');
    expect(await steps.asked('GOOGLE', 'authorization_code')).toBe(before);
  });

  it('is no mailbox that every workspace could read', async () => {
    const reading = { vendor: 'GOOGLE', purpose: 'MAIL', owner: 'PLATFORM' };
    expect((await steps.start(root.actor, reading)).userErrors).toMatchObject([
      { code: 'MAILBOX_NOT_SHARED' },
    ]);
    const { id } = await connect('GOOGLE', 'MAIL_SEND');
    const wider = await steps.start(root.actor, { vendor: 'GOOGLE', purpose: 'MAIL', connectionId: id });
    expect(wider.userErrors).toMatchObject([{ code: 'MAILBOX_NOT_SHARED' }]);
    // A vendor may grant more than was asked for.
    const sending = { vendor: 'GOOGLE', purpose: 'MAIL_SEND', owner: 'PLATFORM' };
    const { authorizationUrl } = await steps.start(root.actor, sending);
    const tampered = authorizationUrl.replace('gmail.send', 'gmail.modify');
    const finished = await steps.finish(
      root.actor,
      await steps.comeBack(tampered, 'GOOGLE', `wide-${office}`),
    );
    expect(finished.userErrors).toMatchObject([{ code: 'MAILBOX_NOT_SHARED' }]);
    expect(await connectionsOf(root.actor)).toHaveLength(1);
  });

  it('is lent to test keys only while it leads to the sandbox', async () => {
    const { actor } = await signUp(auth);
    const { id } = await connect('GOOGLE', 'MAIL_SEND');
    const test = { mode: Mode.TEST };
    expect((await lend(mail, actor, 'GOOGLE', test)).connectionId).toBe(id);
    await auth.service.database.statement('update connections set sandbox = false where id = ?', [id]);
    expect((await lend(mail, actor, 'GOOGLE')).sandbox).toBe(false);
    for (const connectionId of ['', id]) {
      await expect(lend(mail, actor, 'GOOGLE', { ...test, connectionId })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    expect(await integrationOf(keyOf({ actor }, 'test'), 'GOOGLE')).toMatchObject({ connectionId: null });
    await auth.service.database.statement('update connections set sandbox = true where id = ?', [id]);
  });

  it('is renewed once for all who borrow it', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    await connect('ZOOM', 'MEETINGS');
    const before = await lend(meetings, one.actor, 'ZOOM');
    auth.clock.advance(3_600_000);
    const asking = await steps.asked('ZOOM', 'refresh_token');
    const lent = await Promise.all([one, two, one, two].map(({ actor }) => lend(meetings, actor, 'ZOOM')));
    expect(new Set(lent.map(({ secrets }) => secrets.accessToken)).size).toBe(1);
    expect(lent[0]?.secrets).not.toEqual(before.secrets);
    expect((await steps.asked('ZOOM', 'refresh_token')) - asking).toBe(1);
  });

  it('that the vendor ended is told once on the platform, and is connected anew under its id', async () => {
    const { actor } = await signUp(auth);
    const { id } = await connect('GOOGLE', 'MAIL_SEND');
    await steps.simulate('GOOGLE', 'revoke', { email: office });
    const { length } = await auth.events();
    auth.clock.advance(3_600_000);
    for (let n = 0; n < 2; n += 1) {
      await expect(lend(mail, actor, 'GOOGLE')).rejects.toMatchObject({ code: 'RECONNECT_REQUIRED' });
    }
    expect((await platformEvents(length)).toSorted()).toEqual([
      'ConnectionHealthChanged',
      'ConnectionRevoked',
    ]);
    expect((await integrationOf(actor, 'GOOGLE')).state).toBe('DISCONNECTED');
    const renewed = await steps.connect(root.actor, 'GOOGLE', 'MAIL_SEND', office, { connectionId: id });
    expect(renewed).toMatchObject({ id, owner: 'PLATFORM', state: 'CONNECTED' });
    expect((await lend(mail, actor, 'GOOGLE')).connectionId).toBe(id);
    expect(await platformEvents(length)).toContain('ConnectionRecovered');
  });

  it('is renamed and deleted by them: no workspace is lent it any more, and the vendor is told', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const { id } = await connect('GOOGLE', 'MAIL_SEND');
    const rename = { connectionId: id, name: 'Front desk' };
    const renamed = await auth.mutate(root.actor, 'connectionUpdate', rename, 'connection { name owner }');
    expect(renamed.connection).toEqual({ name: 'Front desk', owner: 'PLATFORM' });
    const { secrets } = await lend(mail, one.actor, 'GOOGLE');
    const { length } = await auth.events();
    expect((await remove(root.actor, id)).connectionId).toBe(id);
    for (const { actor } of [one, two]) {
      for (const connectionId of ['', id]) {
        await expect(lend(mail, actor, 'GOOGLE', { connectionId })).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
      }
      expect((await integrationOf(actor, 'GOOGLE')).state).toBe('DISCONNECTED');
    }
    expect(await platformEvents(length)).toEqual(['ConnectionDeleted']);
    const isAlive = async () => {
      const headers = { authorization: `Bearer ${secrets.accessToken}` };
      return (await fetch(`${sandbox.url}/google/v1/userinfo`, { headers })).ok;
    };
    await waitFor('the grant to end', async () => !(await isAlive()));
  });
});
