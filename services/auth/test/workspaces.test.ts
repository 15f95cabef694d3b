import { fromBinary } from '@bufbuild/protobuf';
import { newId } from '@switchboard/ids';
import { MembershipCreatedSchema, Role } from '@switchboard/proto-schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, startAuth, type TestAuth } from './harness.ts';
import { codeOf, keyOf, type Person } from './people.ts';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

type Actor = Person['actor'];

const ACCESS = '{ viewer { workspaces { workspace { id name } role current suspended } } }';
const create = (actor: Actor, name = 'Second room') =>
  auth.mutate(actor, 'workspaceCreate', { name }, 'workspace { id name }');
const rename = (actor: Actor, name: string) =>
  auth.mutate(actor, 'workspaceUpdate', { name }, 'workspace { id name }');
const switchTo = (actor: Actor, workspaceId: string) =>
  auth.mutate(actor, 'sessionSwitch', { workspaceId }, 'session { accessToken } workspace { id name }');

describe('several workspaces', () => {
  it('are made by a user, who owns them, and listed with the role in each', async () => {
    const person = await signUp(auth, { workspaceName: 'First room' });
    const { workspace } = await create(person.actor);
    expect(workspace.name).toBe('Second room');
    const { data } = await auth.graphql(person.actor, ACCESS);
    expect(data.viewer.workspaces).toEqual([
      {
        workspace: { id: person.workspace.id, name: 'First room' },
        role: 'OWNER',
        current: true,
        suspended: false,
      },
      { workspace, role: 'OWNER', current: false, suspended: false },
    ]);
    const mine = (await auth.events()).filter((event) => event.workspaceId === workspace.id);
    expect(mine.map((event) => event.type)).toEqual(['WorkspaceCreated', 'MembershipCreated']);
    const membership = fromBinary(MembershipCreatedSchema, mine[1]?.payload ?? new Uint8Array());
    expect(membership).toMatchObject({ userId: person.user.id, role: Role.OWNER });
  });

  it('are 20 an hour at most, and none without a name or by an API key', async () => {
    const person = await signUp(auth);
    expect((await create(person.actor, ' ')).userErrors).toMatchObject([{ code: 'NAME_REQUIRED' }]);
    expect(codeOf(await create(keyOf(person)))).toBe('FORBIDDEN');
    for (let n = 0; n < 20; n += 1) expect((await create(person.actor)).workspace).not.toBeNull();
    expect((await create(person.actor)).userErrors).toMatchObject([{ code: 'RATE_LIMITED' }]);
    auth.clock.advance(3_600_000);
    expect((await create(person.actor)).workspace).not.toBeNull();
  });

  it('are none for an API key', async () => {
    const { data } = await auth.graphql(keyOf(await signUp(auth)), ACCESS);
    expect(data.viewer.workspaces).toEqual([]);
  });
});

describe('switching', () => {
  it('opens a session in the other workspace and leaves the one in hand', async () => {
    const person = await signUp(auth);
    const { workspace } = await create(person.actor);
    const { session, workspace: entered } = await switchTo(person.actor, workspace.id);
    expect(entered).toEqual(workspace);
    const there = await auth.actorOf(session.accessToken);
    expect(there).toMatchObject({ workspaceId: workspace.id, userId: person.user.id, role: 'OWNER' });
    const { data } = await auth.graphql(there, '{ workspace { id } sessions { nodes { id current } } }');
    expect(data).toEqual({
      workspace: { id: workspace.id },
      sessions: {
        nodes: [
          { id: there.sessionId, current: true },
          { id: person.actor.sessionId, current: false },
        ],
      },
    });
  });

  it('gives one answer for another’s workspace and an unknown one, and is not for API keys', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const [foreign, unknown] = [
      await switchTo(one.actor, two.workspace.id),
      await switchTo(one.actor, newId('wsp')),
    ];
    expect(codeOf(foreign)).toBe('NOT_FOUND');
    expect(codeOf(unknown)).toBe('NOT_FOUND');
    expect(foreign.errors[0].message).toBe(unknown.errors[0].message);
    expect(codeOf(await switchTo(keyOf(one), one.workspace.id))).toBe('FORBIDDEN');
  });

  it('is refused to an access token whose session is over', async () => {
    const person = await signUp(auth);
    const { workspace } = await create(person.actor);
    await auth.graphql(person.actor, 'mutation { sessionRevoke { sessionId } }');
    expect(codeOf(await switchTo(person.actor, workspace.id))).toBe('UNAUTHENTICATED');
  });
});

describe('renaming', () => {
  it('is an administrator’s, acts on the workspace in hand, and is stated once', async () => {
    const [person, other] = [await signUp(auth), await signUp(auth, { workspaceName: 'Untouched' })];
    expect((await rename(person.actor, 'New name')).workspace).toEqual({
      id: person.workspace.id,
      name: 'New name',
    });
    await rename(person.actor, 'New name');
    const { data } = await auth.graphql(other.actor, '{ workspace { name } }');
    expect(data.workspace.name).toBe('Untouched');
    const stated = (await auth.events()).filter((event) => event.type === 'WorkspaceUpdated');
    expect(stated.map((event) => event.workspaceId)).toEqual([person.workspace.id]);
    expect((await rename(person.actor, '\u200b')).workspace).toBeFalsy();
    const member = { ...person.actor, scopes: ['mail:read'], role: 'MEMBER' };
    expect(codeOf(await rename(member, 'Taken over'))).toBe('FORBIDDEN');
    expect(codeOf(await rename(keyOf(person, 'test'), 'Taken over'))).toBe('FORBIDDEN');
    expect((await rename(keyOf(person), 'By a key')).workspace.name).toBe('By a key');
  });
});
