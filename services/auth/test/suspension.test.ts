import { fromBinary } from '@bufbuild/protobuf';
import { newId } from '@switchboard/ids';
import {
  AuthService,
  EmailVerificationRequestedSchema,
  SessionRevocationReason,
  SessionRevokedSchema,
} from '@switchboard/proto-schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';
import { codeOf, join, keyOf, linkOf, type Person } from './people.ts';

const ROOT = 'Root@Example.com';
const OTHERS = ['second-root@example.com', 'third-root@example.com'] as const;

let auth: TestAuth;
let root: Person;
beforeAll(async () => {
  auth = await startAuth({ AUTH_SUPER_ADMINS: [ROOT, 'never-verified@example.com', ...OTHERS].join(', ') });
  root = await signUp(auth, { email: ROOT, workspaceName: 'Platform' });
  await verify(root);
});
afterAll(() => auth.stop());

type Actor = Person['actor'];

/** Follows the link that a person got after signing up. */
async function verify(person: Person): Promise<void> {
  const requested = (await auth.events())
    .filter((event) => event.type === 'EmailVerificationRequested')
    .map((event) => fromBinary(EmailVerificationRequestedSchema, event.payload))
    .find((event) => event.userId === person.user.id);
  const challenge = { case: 'verificationId', value: requested?.verificationId ?? '' } as const;
  const { link } = await (await auth.asker('mail')).ask(AuthService.method.mailContext, { challenge });
  const token = link.slice(link.lastIndexOf('/') + 1);
  await auth.mutate(ANONYMOUS, 'emailVerify', { token }, 'user { id }');
}

const SHOWN = 'workspace { id name memberCount suspended suspendedAt suspendedReason }';
const suspend = (actor: Actor, workspaceId: string, reason = 'Sends spam') =>
  auth.mutate(actor, 'workspaceSuspend', { workspaceId, reason }, SHOWN);
const resume = (actor: Actor, workspaceId: string) =>
  auth.mutate(actor, 'workspaceResume', { workspaceId }, SHOWN);
const all = (actor: Actor, args = '') =>
  auth.graphql(
    actor,
    `{ workspacesAll${args} { nodes { id name memberCount suspended } pageInfo { endCursor hasNextPage } } }`,
  );
const isSuperAdmin = async (actor: Actor) =>
  (await auth.graphql(actor, '{ viewer { isSuperAdmin } }')).data.viewer.isSuperAdmin;
const signIn = (person: Person, workspaceId?: string) => {
  const input = { email: person.email, password: person.password, workspaceId };
  return auth.mutate(ANONYMOUS, 'sessionCreate', input, SIGNED_IN);
};
const isOpen = async ({ sessionId = '' }: Actor) => {
  const gateway = await auth.asker('gateway');
  return (await gateway.ask(AuthService.method.checkSession, { sessionId })).active;
};
const typesSince = async (count: number) => (await auth.events()).slice(count).map((event) => event.type);

describe('a super admin', () => {
  it('is whoever has verified an address that the installation names, and nobody else', async () => {
    const [unverified, other] = [
      await signUp(auth, { email: 'never-verified@example.com' }),
      await signUp(auth),
    ];
    await verify(other);
    expect(await isSuperAdmin(root.actor)).toBe(true);
    for (const { actor } of [unverified, other]) expect(await isSuperAdmin(actor)).toBe(false);
    expect(await isSuperAdmin(keyOf(root))).toBe(false);
  });

  it('is nobody by an invitation whose link somebody else was shown', async () => {
    const installation = await startAuth({ AUTH_SUPER_ADMINS: ROOT });
    try {
      const attacker = await signUp(installation);
      const input = { email: ROOT, role: 'ADMIN', sendMail: false };
      const { invitation } = await installation.mutate(
        attacker.actor,
        'invitationCreate',
        input,
        'invitation { id }',
      );
      const { url } = await installation.mutate(
        attacker.actor,
        'invitationLink',
        { invitationId: invitation.id },
        'url',
      );
      const token = url.slice(url.lastIndexOf('/') + 1);
      const joined = await installation.mutate(
        ANONYMOUS,
        'invitationAccept',
        { token, name: 'Root', password: 'a good password' },
        SIGNED_IN,
      );
      const actor = await installation.actorOf(joined.session.accessToken);
      const { data } = await installation.graphql(actor, '{ viewer { isSuperAdmin } }');
      expect(data.viewer.isSuperAdmin).toBe(false);
    } finally {
      await installation.stop();
    }
  });

  it('sees that workspaces are there, page by page, and nothing of what is in them', async () => {
    const owner = await signUp(auth, { workspaceName: 'Counted' });
    await join(auth, owner, 'MEMBER');
    const first = (await all(root.actor, '(first: 1)')).data.workspacesAll;
    expect(first.pageInfo.hasNextPage).toBe(true);
    const seen = (await all(root.actor, '(first: 100)')).data.workspacesAll.nodes;
    expect(seen).toContainEqual({
      id: owner.workspace.id,
      name: 'Counted',
      memberCount: 2,
      suspended: false,
    });
    const second = (await all(root.actor, `(first: 1, after: "${first.pageInfo.endCursor}")`)).data;
    expect(second.workspacesAll.nodes).toEqual([seen[1]]);
    const representations = [{ __typename: 'Workspace', id: owner.workspace.id }];
    const query =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
    expect((await auth.graphql(root.actor, query, { representations })).data._entities).toEqual([null]);
    const switched = await auth.mutate(
      root.actor,
      'sessionSwitch',
      { workspaceId: owner.workspace.id },
      'session { accessToken }',
    );
    expect(codeOf(switched)).toBe('NOT_FOUND');
  });

  it('alone may look and suspend: others get one answer whether or not the workspace exists', async () => {
    const [owner, victim] = [await signUp(auth), await signUp(auth)];
    for (const actor of [owner.actor, keyOf(root)]) {
      expect(codeOf(await all(actor))).toBe('FORBIDDEN');
      for (const id of [victim.workspace.id, newId('wsp')]) {
        expect(codeOf(await suspend(actor, id))).toBe('FORBIDDEN');
        expect(codeOf(await resume(actor, id))).toBe('FORBIDDEN');
      }
    }
    expect(codeOf(await suspend(root.actor, newId('wsp')))).toBe('NOT_FOUND');
    expect(codeOf(await resume(root.actor, newId('wsp')))).toBe('NOT_FOUND');
    expect(await isOpen(victim.actor)).toBe(true);
  });
});

describe('a suspended workspace', () => {
  it('lets nobody in, by session, sign-in, switch, invitation or API key, until it is resumed', async () => {
    const gateway = await auth.asker('gateway');
    const owner = await signUp(auth, { workspaceName: 'Closed' });
    const member = await join(auth, owner, 'MEMBER');
    const { workspaceId } = owner.actor;
    const key = await auth.mutate(
      owner.actor,
      'apiKeyCreate',
      { name: 'Partner', scopes: ['mail:read'] },
      'apiKey { id } secret',
    );
    const works = async () =>
      (await gateway.ask(AuthService.method.verifyApiKey, { secret: key.secret, clientIp: '' })).found;
    const { invitation } = await auth.mutate(
      owner.actor,
      'invitationCreate',
      { email: 'late-guest@example.com', role: 'MEMBER' },
      'invitation { id }',
    );
    const { token } = await linkOf(auth, invitation.id);
    expect(await works()).toBe(true);

    const { length } = await auth.events();
    expect((await suspend(root.actor, workspaceId)).workspace).toEqual({
      id: workspaceId,
      name: 'Closed',
      memberCount: 2,
      suspended: true,
      suspendedAt: auth.clock.now.toISOString(),
      suspendedReason: 'Sends spam',
    });
    const stated = (await auth.events()).slice(length);
    expect(stated.map((event) => event.type).sort()).toEqual([
      'SessionRevoked',
      'SessionRevoked',
      'WorkspaceSuspended',
    ]);
    const reasons = stated
      .filter((event) => event.type === 'SessionRevoked')
      .map((event) => fromBinary(SessionRevokedSchema, event.payload).reason);
    expect(new Set(reasons)).toEqual(new Set([SessionRevocationReason.WORKSPACE_SUSPENDED]));
    expect(Buffer.concat(stated.map((event) => event.payload)).includes('spam')).toBe(false);

    expect(await isOpen(owner.actor)).toBe(false);
    expect(await works()).toBe(false);
    const refreshed = await auth.mutate(
      ANONYMOUS,
      'sessionRefresh',
      { refreshToken: owner.session.refreshToken },
      'session { accessToken }',
    );
    expect(refreshed.errors[0]).toMatchObject({
      message: 'This workspace is suspended. Ask the support.',
      extensions: { code: 'UNAUTHENTICATED' },
    });
    const suspended = [{ code: 'WORKSPACE_SUSPENDED' }];
    expect((await signIn(owner)).userErrors).toMatchObject(suspended);
    expect((await signIn(member, workspaceId)).userErrors).toMatchObject(suspended);
    const accepting = { token, name: 'Late', password: 'a good password' };
    const accepted = await auth.mutate(ANONYMOUS, 'invitationAccept', accepting, SIGNED_IN);
    expect(accepted.userErrors).toMatchObject(suspended);

    // The member has a workspace of their own, and gets there.
    const home = await auth.actorOf((await signIn(member)).session.accessToken);
    expect(home.workspaceId).not.toBe(workspaceId);
    const switched = await auth.mutate(home, 'sessionSwitch', { workspaceId }, 'session { accessToken }');
    expect(switched.userErrors).toMatchObject(suspended);
    const { data } = await auth.graphql(home, '{ viewer { workspaces { workspace { id } suspended } } }');
    expect(data.viewer.workspaces).toContainEqual({ workspace: { id: workspaceId }, suspended: true });

    expect((await resume(root.actor, workspaceId)).workspace).toMatchObject({
      suspended: false,
      suspendedAt: null,
      suspendedReason: null,
    });
    expect(await works()).toBe(true);
    expect(await isOpen(owner.actor)).toBe(false);
    expect((await signIn(owner)).session).not.toBeNull();
  });

  it('is suspended and resumed once, however often it is asked for', async () => {
    const { workspace } = await signUp(auth);
    const { length } = await auth.events();
    await Promise.all([suspend(root.actor, workspace.id, 'One'), suspend(root.actor, workspace.id, 'Two')]);
    await Promise.all([resume(root.actor, workspace.id), resume(root.actor, workspace.id)]);
    const types = (await typesSince(length)).filter((type) => type.startsWith('Workspace'));
    expect(types).toEqual(['WorkspaceSuspended', 'WorkspaceResumed']);
  });

  it('has a reason, and is not the one in hand', async () => {
    const { workspace } = await signUp(auth);
    expect((await suspend(root.actor, workspace.id, ' ')).userErrors).toMatchObject([
      { code: 'REASON_REQUIRED', path: ['input', 'reason'] },
    ]);
    expect((await suspend(root.actor, root.workspace.id)).userErrors).toMatchObject([
      { code: 'WORKSPACE_IN_HAND' },
    ]);
    expect(await isOpen(root.actor)).toBe(true);
  });
});

describe('an administrator of the platform', () => {
  it('is kept out by no suspension: two who suspend each other’s only workspace both get in and lift it', async () => {
    const [second, third] = [
      await signUp(auth, { email: OTHERS[0] }),
      await signUp(auth, { email: OTHERS[1] }),
    ];
    for (const person of [second, third]) await verify(person);
    // At the same moment one may find its session over already; then it signs in and goes on.
    const suspendAs = async (person: Person, workspaceId: string) => {
      const { workspace } = await suspend(person.actor, workspaceId);
      if (workspace) return;
      const { session } = await signIn(person);
      await suspend(await auth.actorOf(session.accessToken), workspaceId);
    };
    await Promise.all([suspendAs(second, third.workspace.id), suspendAs(third, second.workspace.id)]);
    for (const person of [second, third]) {
      expect((await signIn(person, person.workspace.id)).userErrors).toMatchObject([
        { code: 'WORKSPACE_SUSPENDED' },
      ]);
      const [one, two] = await Promise.all([signIn(person), signIn(person)]);
      expect(one.workspace.id).not.toBe(person.workspace.id);
      expect(two.workspace.id).toBe(one.workspace.id);
      const actor = await auth.actorOf(one.session.accessToken);
      expect(await isSuperAdmin(actor)).toBe(true);
      expect((await resume(actor, person.workspace.id)).workspace.suspended).toBe(false);
      // It stays theirs; without naming one they are where they were first.
      expect((await signIn(person)).workspace.id).toBe(person.workspace.id);
    }
  });
});
