import type { WorkspaceActor } from '@switchboard/identity';
import { AuthService } from '@switchboard/proto-schemas';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsentSteps, RETURN_ORIGIN } from './consent-steps.ts';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';

let auth: TestAuth;
let sandbox: Sandbox;
let steps: ConsentSteps;

beforeAll(async () => {
  sandbox = await startSandbox({ publicUrl: 'http://switchboard.test' });
  auth = await startAuth({
    AUTH_SANDBOX_URL: sandbox.url,
    AUTH_RETURN_ORIGINS: RETURN_ORIGIN,
    AUTH_SUPER_ADMINS: 'root@example.com, Second@Example.com',
  });
  steps = new ConsentSteps(auth, sandbox.url);
});
afterAll(async () => {
  await auth.stop();
  await sandbox.close();
});

type Person = Awaited<ReturnType<typeof signUp>>;
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
type Loose = any;

const refresh = async (session: Loose) =>
  (
    await auth.mutate(
      ANONYMOUS,
      'sessionRefresh',
      { refreshToken: session.refreshToken },
      'session { accessToken }',
    )
  ).errors?.[0]?.extensions.code;
const eventsOf = async (workspaceId: string, type: string) =>
  (await auth.events()).filter((event) => event.type === type && event.workspaceId === workspaceId);
const members = async (actor: WorkspaceActor) => {
  const { data } = await auth.graphql(
    actor,
    '{ workspace { name members { nodes { id role user { id email } } } } }',
  );
  return data.workspace.members.nodes as { id: string; role: string; user: { id: string } }[];
};
const membershipOf = async (actor: WorkspaceActor, userId: string) =>
  (await members(actor)).find(({ user }) => user.id === userId)?.id ?? '';

/** Somebody with an account of their own who joins another workspace. */
async function join(owner: Person, role: 'ADMIN' | 'MEMBER'): Promise<Person> {
  const person = await signUp(auth);
  const { invitation } = await auth.mutate(
    owner.actor,
    'invitationCreate',
    { email: person.email, role },
    'invitation { id }',
  );
  const challenge = { case: 'invitationId', value: invitation.id } as const;
  const { link } = await (await auth.asker('mail')).ask(AuthService.method.mailContext, { challenge });
  const token = link.slice(link.lastIndexOf('/') + 1);
  const { session } = await auth.mutate(person.actor, 'invitationAccept', { token }, SIGNED_IN);
  return { ...person, session, actor: await auth.actorOf(session.accessToken) };
}

const update = (actor: WorkspaceActor, membershipId: string, role: string) =>
  auth.mutate(actor, 'membershipUpdate', { membershipId, role }, 'membership { id role }');
const remove = (actor: WorkspaceActor, membershipId: string) =>
  auth.mutate(actor, 'membershipRemove', { membershipId }, 'membershipId');
const transfer = (person: Person, userId: string, password: string | null = person.password) =>
  auth.mutate(person.actor, 'workspaceTransfer', { userId, password }, 'workspace { id }');

describe('a person', () => {
  it('sees all their workspaces, makes another one, and goes from one to the other', async () => {
    const owner = await signUp(auth);
    const person = await join(owner, 'MEMBER');
    const { workspace } = await auth.mutate(
      person.actor,
      'workspaceCreate',
      { name: 'Third room' },
      'workspace { id name }',
    );
    const { data } = await auth.graphql(person.actor, '{ viewer { workspaces { role workspace { id } } } }');
    expect(data.viewer.workspaces).toEqual([
      { role: 'OWNER', workspace: { id: person.workspace.id } },
      { role: 'MEMBER', workspace: { id: owner.workspace.id } },
      { role: 'OWNER', workspace: { id: workspace.id } },
    ]);
    const switched = await auth.mutate(
      person.actor,
      'sessionSwitch',
      { workspaceId: workspace.id },
      SIGNED_IN,
    );
    const there = await auth.actorOf(switched.session.accessToken);
    expect(there).toMatchObject({ workspaceId: workspace.id, role: 'OWNER' });
    expect(await refresh(person.session)).toBeUndefined();
  });

  it('cannot go to a workspace of others, and is not told whether there is one', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    for (const workspaceId of [two.workspace.id, 'wsp_00000000000000000000000000']) {
      const answer = await auth.mutate(one.actor, 'sessionSwitch', { workspaceId }, SIGNED_IN);
      expect(answer.errors[0]).toMatchObject({
        message: 'Workspace not found.',
        extensions: { code: 'NOT_FOUND' },
      });
    }
  });

  it('sees where they are signed in, and signs out everywhere else or everywhere', async () => {
    const person = await signUp(auth);
    const { email, password, actor } = person;
    const signIn = async () =>
      (await auth.mutate(ANONYMOUS, 'sessionCreate', { email, password }, SIGNED_IN)).session;
    const others = [await signIn(), await signIn()];
    const list = async () =>
      (await auth.graphql(actor, '{ sessions { id isCurrent workspace { id } lastUsedAt } }')).data.sessions;
    const before = await list();
    expect(before).toHaveLength(3);
    expect(before.filter(({ isCurrent }: Loose) => isCurrent)).toMatchObject([{ id: actor.sessionId }]);
    const revokeAll = (input: object) => auth.mutate(actor, 'sessionRevokeAll', { ...input }, 'sessionIds');
    expect((await revokeAll({})).sessionIds).toHaveLength(2);
    for (const session of others) expect(await refresh(session)).toBe('UNAUTHENTICATED');
    expect(await list()).toHaveLength(1);
    expect((await revokeAll({ keepCurrent: false })).sessionIds).toEqual([actor.sessionId]);
    expect(await refresh(person.session)).toBe('UNAUTHENTICATED');
  });

  it('sees no session of anybody else, and a key has none', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const { data } = await auth.graphql(one.actor, '{ sessions { id } }');
    expect(data.sessions).toEqual([{ id: one.actor.sessionId }]);
    const foreign = await auth.mutate(
      one.actor,
      'sessionRevoke',
      { sessionId: two.actor.sessionId },
      'sessionId',
    );
    expect(foreign.errors[0].extensions.code).toBe('NOT_FOUND');
    const key = {
      kind: 'apiKey',
      workspaceId: one.workspace.id,
      scopes: ['workspace:admin'],
      mode: 'live',
    } as const;
    const asKey = await auth.graphql({ ...key, apiKeyId: 'key_1' }, '{ sessions { id } }');
    expect(asKey.errors[0].extensions.code).toBe('FORBIDDEN');
  });
});

describe('a role', () => {
  it('is changed by administrators, acts at once, and is told', async () => {
    const owner = await signUp(auth);
    const member = await join(owner, 'MEMBER');
    const id = await membershipOf(owner.actor, member.user.id);
    expect((await update(owner.actor, id, 'ADMIN')).membership).toEqual({ id, role: 'ADMIN' });
    expect(await refresh(member.session)).toBe('UNAUTHENTICATED');
    expect(await eventsOf(owner.workspace.id, 'MembershipUpdated')).toHaveLength(1);
    expect((await update(owner.actor, id, 'ADMIN')).userErrors).toEqual([]);
    expect(await eventsOf(owner.workspace.id, 'MembershipUpdated')).toHaveLength(1);
  });

  it('of the owner is changed by a transfer only, and nobody becomes owner in passing', async () => {
    const owner = await signUp(auth);
    const admin = await join(owner, 'ADMIN');
    const ownerId = await membershipOf(owner.actor, owner.user.id);
    const adminId = await membershipOf(owner.actor, admin.user.id);
    expect((await update(admin.actor, ownerId, 'MEMBER')).userErrors).toMatchObject([
      { code: 'OWNER_MUST_TRANSFER' },
    ]);
    expect((await update(owner.actor, adminId, 'OWNER')).userErrors).toMatchObject([
      { code: 'OWNER_BY_TRANSFER', path: ['input', 'role'] },
    ]);
    const invited = await auth.mutate(
      owner.actor,
      'invitationCreate',
      { email: 'second-owner@example.com', role: 'OWNER' },
      'invitation { id }',
    );
    expect(invited.userErrors).toMatchObject([{ code: 'OWNER_BY_TRANSFER' }]);
  });

  it('is nothing for members to change, nor across workspaces', async () => {
    const [owner, stranger] = [await signUp(auth), await signUp(auth)];
    const member = await join(owner, 'MEMBER');
    const id = await membershipOf(owner.actor, member.user.id);
    expect((await update(member.actor, id, 'ADMIN')).errors[0].extensions.code).toBe('FORBIDDEN');
    for (const change of [update(stranger.actor, id, 'ADMIN'), remove(stranger.actor, id)]) {
      expect((await change).errors[0].extensions.code).toBe('NOT_FOUND');
    }
  });
});

describe('a member', () => {
  it('who is removed is out at once, and what they connected in person is gone', async () => {
    const owner = await signUp(auth);
    const member = await join(owner, 'MEMBER');
    const own = await steps.connect(member.actor, 'GOOGLE', 'MAIL', 'ana@example.com');
    const shared = await steps.connect(owner.actor, 'GOOGLE', 'MAIL', 'team@example.com', {
      owner: 'WORKSPACE',
    });
    const id = await membershipOf(owner.actor, member.user.id);
    expect((await remove(owner.actor, id)).membershipId).toBe(id);
    expect(await refresh(member.session)).toBe('UNAUTHENTICATED');
    expect(await members(owner.actor)).toHaveLength(1);
    const rows = await auth.service.database.statement<{ id: string }>(
      'select id from connections where workspace_id = ?',
      [owner.workspace.id],
    );
    expect(rows.map((row) => row.id)).toEqual([shared.id]);
    expect(own.id).not.toBe(shared.id);
    const back = await auth.mutate(
      member.actor,
      'sessionSwitch',
      { workspaceId: owner.workspace.id },
      SIGNED_IN,
    );
    expect(back.errors[0].extensions.code).toBe('NOT_FOUND');
  });

  it('may leave, the owner may not, and members remove nobody else', async () => {
    const owner = await signUp(auth);
    const [one, two] = [await join(owner, 'MEMBER'), await join(owner, 'MEMBER')];
    const idOf = (person: Person) => membershipOf(owner.actor, person.user.id);
    expect((await remove(one.actor, await idOf(two))).errors[0].extensions.code).toBe('FORBIDDEN');
    expect((await remove(owner.actor, await idOf(owner))).userErrors).toMatchObject([
      { code: 'OWNER_MUST_TRANSFER' },
    ]);
    expect((await remove(one.actor, await idOf(one))).userErrors).toEqual([]);
    expect(await members(owner.actor)).toHaveLength(2);
  });
});

describe('a workspace', () => {
  it('is handed to another member by its owner, who proves it', async () => {
    const owner = await signUp(auth);
    const member = await join(owner, 'MEMBER');
    expect((await transfer(owner, member.user.id, null)).userErrors).toMatchObject([
      { code: 'PASSWORD_REQUIRED' },
    ]);
    expect((await transfer(owner, member.user.id, 'wrong')).userErrors).toMatchObject([
      { code: 'INVALID_CREDENTIALS' },
    ]);
    expect((await transfer(owner, owner.user.id)).userErrors).toMatchObject([{ code: 'OWNER_ALREADY' }]);
    expect((await transfer(owner, 'usr_00000000000000000000000000')).errors[0].extensions.code).toBe(
      'NOT_FOUND',
    );
    expect((await transfer(owner, member.user.id)).workspace.id).toBe(owner.workspace.id);
    for (const { session } of [owner, member]) expect(await refresh(session)).toBe('UNAUTHENTICATED');
    const roles = (await members(owner.actor)).map(({ role, user }) => [user.id, role]);
    expect(Object.fromEntries(roles)).toEqual({ [owner.user.id]: 'ADMIN', [member.user.id]: 'OWNER' });
    expect(await eventsOf(owner.workspace.id, 'WorkspaceTransferred')).toHaveLength(1);
  });

  it('has one owner, also when it is handed to two people at the same moment', async () => {
    const owner = await signUp(auth);
    const [one, two] = [await join(owner, 'MEMBER'), await join(owner, 'ADMIN')];
    const answers = await Promise.all([one, two, one, two].map(({ user }) => transfer(owner, user.id)));
    expect(answers.filter(({ workspace }) => workspace)).toHaveLength(1);
    const owners = (await members(owner.actor)).filter(({ role }) => role === 'OWNER');
    expect(owners).toHaveLength(1);
  });

  it('is handed away by nobody but its owner', async () => {
    const owner = await signUp(auth);
    const admin = await join(owner, 'ADMIN');
    const answer = await transfer(admin, admin.user.id);
    expect(answer.errors[0].extensions.code).toBe('FORBIDDEN');
    const key = {
      kind: 'apiKey',
      workspaceId: owner.workspace.id,
      scopes: ['workspace:admin'],
      mode: 'live',
    } as const;
    const asKey = await auth.mutate(
      { ...key, apiKeyId: 'key_1' },
      'workspaceTransfer',
      { userId: admin.user.id },
      'workspace { id }',
    );
    expect(asKey.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('is renamed by administrators', async () => {
    const owner = await signUp(auth);
    const rename = (name: string) =>
      auth.mutate(owner.actor, 'workspaceUpdate', { name }, 'workspace { name }');
    expect((await rename('Other name')).workspace).toEqual({ name: 'Other name' });
    expect((await rename('   ')).userErrors).toHaveLength(1);
  });
});

describe('a super admin', () => {
  const root = async () => {
    const person = await signUp(auth, { email: 'root@example.com' }).catch(async () => {
      const { session, user, workspace } = await auth.mutate(
        ANONYMOUS,
        'sessionCreate',
        { email: 'root@example.com', password: 'correct horse battery' },
        SIGNED_IN,
      );
      return { session, user, workspace, actor: await auth.actorOf(session.accessToken) };
    });
    return person as Person;
  };
  const isSuper = async (actor: WorkspaceActor) =>
    (await auth.graphql(actor, '{ viewer { isSuperAdmin } }')).data.viewer.isSuperAdmin;
  const suspend = (actor: WorkspaceActor, workspaceId: string) =>
    auth.mutate(actor, 'workspaceSuspend', { workspaceId }, 'workspace { id memberCount suspendedAt }');
  const resume = (actor: WorkspaceActor, workspaceId: string) =>
    auth.mutate(actor, 'workspaceResume', { workspaceId }, 'workspace { suspendedAt }');

  it('is who the operator named, once the address is proven', async () => {
    const { actor, user } = await root();
    expect(await isSuper(actor)).toBe(false);
    await auth.service.database.statement('update users set email_verified_at = now() where id = ?', [
      user.id,
    ]);
    expect(await isSuper(actor)).toBe(true);
    expect(await isSuper((await signUp(auth)).actor)).toBe(false);
    const key = { ...actor, kind: 'apiKey', apiKeyId: 'key_1' } as const;
    expect((await suspend(key, actor.workspaceId)).errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('sees which workspaces there are, page by page, and nobody else does', async () => {
    const { actor } = await root();
    const query = '{ workspacesAll(first: 2) { nodes { id name memberCount } pageInfo { hasNextPage } } }';
    const { data } = await auth.graphql(actor, query);
    expect(data.workspacesAll.nodes).toHaveLength(2);
    expect(data.workspacesAll.pageInfo.hasNextPage).toBe(true);
    const other = await auth.graphql((await signUp(auth)).actor, query);
    expect(other.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('keeps everybody out of a workspace, and lets them in again', async () => {
    const { actor } = await root();
    const owner = await signUp(auth);
    const { secret } = await auth.mutate(
      owner.actor,
      'apiKeyCreate',
      { name: 'k', scopes: ['mail:read'], mode: 'LIVE' },
      'secret',
    );
    const gateway = await auth.asker('gateway');
    const isFound = async () =>
      (await gateway.ask(AuthService.method.verifyApiKey, { secret, clientIp: '' })).found;
    const signIn = () =>
      auth.mutate(ANONYMOUS, 'sessionCreate', { email: owner.email, password: owner.password }, SIGNED_IN);
    expect(await isFound()).toBe(true);
    const { workspace } = await suspend(actor, owner.workspace.id);
    expect(workspace).toMatchObject({ id: owner.workspace.id, memberCount: 1 });
    expect(workspace.suspendedAt).not.toBeNull();
    expect(await isFound()).toBe(false);
    expect(await refresh(owner.session)).toBe('UNAUTHENTICATED');
    expect((await signIn()).userErrors).toMatchObject([{ code: 'WORKSPACE_SUSPENDED' }]);
    expect((await resume(actor, owner.workspace.id)).workspace.suspendedAt).toBeNull();
    expect(await isFound()).toBe(true);
    expect((await signIn()).session).not.toBeNull();
    expect((await suspend(owner.actor, owner.workspace.id)).errors[0].extensions.code).toBe('FORBIDDEN');
    expect((await suspend(actor, 'wsp_00000000000000000000000000')).errors[0].extensions.code).toBe(
      'NOT_FOUND',
    );
  });
});
