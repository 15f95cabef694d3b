/** Somebody who belongs to no workspace any more. */
import { fromBinary } from '@bufbuild/protobuf';
import {
  AuthService,
  MembershipCreatedSchema,
  PasswordResetRequestedSchema,
  Role,
} from '@switchboard/proto-schemas';
import { SandboxControl } from '@switchboard/testing';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';
import { codeOf, linkOf, membershipIdOf, membersOf, type Person } from './people.ts';

const ROOT = 'root@example.com';
const RETURN_URL = 'http://switchboard.test/signed-in';

let sandbox: Sandbox;
let control: SandboxControl;
let auth: TestAuth;
beforeAll(async () => {
  sandbox = await startSandbox({ publicUrl: 'http://switchboard.test' });
  control = new SandboxControl(sandbox.url);
  auth = await startAuth({
    AUTH_SANDBOX_URL: sandbox.url,
    AUTH_SANDBOX_SIGN_IN: 'true',
    AUTH_SUPER_ADMINS: ROOT,
  });
  // ID tokens are checked by the time of day.
  auth.clock.now = new Date();
});
afterAll(async () => {
  await auth.stop();
  await sandbox.close();
});

const NAME = 'Gil Gomes';
const password = 'a good password';
let guests = 0;

/** Somebody whose account came of an invitation, so that the inviter's workspace is their only one. */
async function invite(owner: Person): Promise<Person> {
  guests += 1;
  const email = `only-guest${guests}@example.com`;
  const { invitation } = await auth.mutate(
    owner.actor,
    'invitationCreate',
    { email, role: 'MEMBER' },
    'invitation { id }',
  );
  const { token } = await linkOf(auth, invitation.id);
  const joined = await auth.mutate(ANONYMOUS, 'invitationAccept', { token, name: NAME, password }, SIGNED_IN);
  const actor = await auth.actorOf(joined.session.accessToken);
  return { ...joined, actor, email, password };
}

const leave = async (owner: Person, { actor }: Person) =>
  auth.mutate(
    owner.actor,
    'membershipRemove',
    { membershipId: await membershipIdOf(auth, actor) },
    'membershipId',
  );

/** Somebody who was removed from the only workspace they belonged to. */
async function leftOver(): Promise<Person & { left: string }> {
  const owner = await signUp(auth);
  const guest = await invite(owner);
  await leave(owner, guest);
  return { ...guest, left: owner.workspace.id };
}

const signIn = ({ email }: Pick<Person, 'email'>, workspaceId?: string) =>
  auth.mutate(
    ANONYMOUS,
    'sessionCreate',
    { email, password, workspaceId },
    `${SIGNED_IN} challenge { token }`,
  );
const refresh = (refreshToken: string) =>
  auth.mutate(ANONYMOUS, 'sessionRefresh', { refreshToken }, 'session { accessToken refreshToken }');
const workspacesOf = (userId: string) =>
  auth.service.database.statement<{ id: string }>(
    'select w.id from workspaces w join memberships m on m.workspace_id = w.id where m.user_id = ?',
    [userId],
  );

/** Gives a person an authenticator app. @returns its code of the moment. */
async function withTotp({ actor }: Person): Promise<() => string> {
  const { data } = await auth.graphql(actor, 'mutation { secondFactorStart { secret } }');
  const { secret } = data.secondFactorStart;
  const code = () => generateSync({ secret, epoch: Math.floor(auth.clock.now.getTime() / 1_000) });
  await auth.mutate(actor, 'secondFactorConfirm', { code: code() }, 'recoveryCodes');
  return code;
}

/** Goes to a provider, signs in there and comes back. */
async function goThere(provider: 'GOOGLE' | 'MICROSOFT', email: string): Promise<Record<string, unknown>> {
  const start = { provider, returnUrl: RETURN_URL };
  const { authorizationUrl, signInToken } = await auth.mutate(
    ANONYMOUS,
    'signInStart',
    start,
    'authorizationUrl signInToken',
  );
  const name = provider.toLowerCase() as 'google' | 'microsoft';
  const consent = await control.simulate(name, 'consent', { authorizationUrl, email });
  const { pathname, search } = new URL((consent as { redirectUrl: string }).redirectUrl);
  const response = await fetch(`${auth.service.url}${pathname}${search}`, { redirect: 'manual' });
  const back = new URL(response.headers.get('location') ?? '').searchParams;
  return { state: back.get('state'), code: back.get('code'), signInToken };
}

describe('somebody who belongs to no workspace any more', () => {
  it('gets one of their own at the next sign-in, named after them, as at sign-up', async () => {
    const person = await leftOver();
    const { length } = await auth.events();
    const { session, workspace } = await signIn(person);
    expect(workspace.name).toBe(NAME);
    expect(workspace.id).not.toBe(person.left);
    const actor = await auth.actorOf(session.accessToken);
    expect(actor).toMatchObject({ workspaceId: workspace.id, role: 'OWNER' });
    expect(await membersOf(auth, actor)).toMatchObject([{ userId: person.user.id, role: 'OWNER' }]);
    const stated = (await auth.events()).slice(length);
    expect(stated.map(({ type }) => type)).toEqual([
      'WorkspaceCreated',
      'MembershipCreated',
      'SessionCreated',
    ]);
    expect(new Set(stated.map(({ workspaceId }) => workspaceId))).toEqual(new Set([workspace.id]));
    const created = stated.find(({ type }) => type === 'MembershipCreated');
    expect(fromBinary(MembershipCreatedSchema, created?.payload ?? new Uint8Array()).role).toBe(Role.OWNER);
    expect((await signIn(person)).workspace.id).toBe(workspace.id);
  });

  it('gets in also when they name the workspace they left, and is told once they have another', async () => {
    const person = await leftOver();
    expect((await signIn(person, person.left)).workspace.name).toBe(NAME);
    expect((await signIn(person, person.left)).userErrors).toMatchObject([{ code: 'NOT_A_MEMBER' }]);
  });

  it.each(['GOOGLE', 'MICROSOFT'] as const)('gets in with %s', async (provider) => {
    const person = await leftOver();
    const back = await goThere(provider, person.email);
    const { session, workspace, userErrors } = await auth.mutate(
      ANONYMOUS,
      'sessionCreateByProvider',
      back,
      SIGNED_IN,
    );
    expect(userErrors).toEqual([]);
    expect(workspace.name).toBe(NAME);
    expect(session).not.toBeNull();
  });

  it('gets in by both factors, and by neither alone', async () => {
    const owner = await signUp(auth);
    const person = await invite(owner);
    const code = await withTotp(person);
    await leave(owner, person);
    const { session, challenge } = await signIn(person);
    expect(session).toBeNull();
    auth.clock.advance(30_000);
    const input = { challengeToken: challenge.token, method: 'TOTP', code: code() };
    const answered = await auth.mutate(ANONYMOUS, 'sessionCreateByCode', input, SIGNED_IN);
    expect(answered.workspace.name).toBe(NAME);
  });

  it('gets in also when they were removed between the factors', async () => {
    const owner = await signUp(auth);
    const person = await invite(owner);
    const code = await withTotp(person);
    const { challenge } = await signIn(person);
    await leave(owner, person);
    auth.clock.advance(30_000);
    const input = { challengeToken: challenge.token, method: 'TOTP', code: code() };
    const answered = await auth.mutate(ANONYMOUS, 'sessionCreateByCode', input, SIGNED_IN);
    expect(answered.workspace).toMatchObject({ name: NAME });
  });

  it('goes on with the session they had, by its refresh token and once', async () => {
    const person = await leftOver();
    const { session } = await refresh(person.session.refreshToken);
    const actor = await auth.actorOf(session.accessToken);
    expect(actor).toMatchObject({ userId: person.user.id, role: 'OWNER' });
    expect(actor.workspaceId).not.toBe(person.left);
    expect(actor.sessionId).not.toBe(person.actor.sessionId);
    expect(codeOf(await refresh(person.session.refreshToken))).toBe('UNAUTHENTICATED');
    expect((await refresh(session.refreshToken)).session).not.toBeNull();
    expect(await workspacesOf(person.user.id)).toHaveLength(1);
  });

  it('goes on also when the membership ended unheard', async () => {
    const owner = await signUp(auth);
    const person = await invite(owner);
    await auth.service.database.statement('delete from memberships where user_id = ?', [person.user.id]);
    const { session } = await refresh(person.session.refreshToken);
    expect((await auth.actorOf(session.accessToken)).workspaceId).not.toBe(owner.workspace.id);
  });

  it('goes on by no session that is a month old, that was replaced, or that was signed out since', async () => {
    const [late, reused, signedOut] = [await leftOver(), await leftOver(), await leftOver()];
    const mail = await auth.asker('mail');
    await auth.mutate(ANONYMOUS, 'passwordResetRequest', { email: signedOut.email }, 'accepted');
    const requested = (await auth.events())
      .filter(({ type }) => type === 'PasswordResetRequested')
      .map(({ payload }) => fromBinary(PasswordResetRequestedSchema, payload))
      .find(({ userId }) => userId === signedOut.user.id);
    const challenge = { case: 'resetId', value: requested?.resetId ?? '' } as const;
    const { link } = await mail.ask(AuthService.method.mailContext, { challenge });
    const token = link.slice(link.lastIndexOf('/') + 1);
    await auth.mutate(ANONYMOUS, 'passwordReset', { token, password: 'another password' }, 'user { id }');
    expect(codeOf(await refresh(signedOut.session.refreshToken))).toBe('UNAUTHENTICATED');

    await auth.service.database.statement(
      `update sessions set generation = 3, rotated_at = rotated_at - interval '1 hour' where id = ?`,
      [reused.actor.sessionId],
    );
    for (let n = 0; n < 2; n += 1) {
      expect(codeOf(await refresh(reused.session.refreshToken))).toBe('UNAUTHENTICATED');
    }
    const now = auth.clock.now;
    auth.clock.advance(31 * 24 * 3_600_000);
    expect(codeOf(await refresh(late.session.refreshToken))).toBe('UNAUTHENTICATED');
    auth.clock.now = now;
    expect(await workspacesOf(late.user.id)).toHaveLength(0);
    expect(await workspacesOf(reused.user.id)).toHaveLength(0);
  });

  it('can set a new password', async () => {
    const person = await leftOver();
    await auth.mutate(ANONYMOUS, 'passwordResetRequest', { email: person.email }, 'accepted');
    expect((await auth.events()).at(-1)?.type).toBe('PasswordResetRequested');
  });

  it('who signs in twice at the same moment has one', async () => {
    const person = await leftOver();
    const answers = await Promise.all([signIn(person), signIn(person), refresh(person.session.refreshToken)]);
    expect(answers.filter(({ session }) => session).length).toBeGreaterThanOrEqual(2);
    expect(await workspacesOf(person.user.id)).toHaveLength(1);
  });
});

describe('somebody who belongs to a workspace', () => {
  it('gets none of their own while it is suspended', async () => {
    const root = await signUp(auth, { email: ROOT });
    await auth.service.database.statement('update users set email_verified_at = now() where id = ?', [
      root.user.id,
    ]);
    const owner = await signUp(auth);
    const guest = await invite(owner);
    const input = { workspaceId: owner.workspace.id, reason: 'Spam' };
    await auth.mutate(root.actor, 'workspaceSuspend', input, 'workspace { id }');
    expect((await signIn(guest)).userErrors).toMatchObject([{ code: 'WORKSPACE_SUSPENDED' }]);
    const refreshed = await refresh(guest.session.refreshToken);
    expect(refreshed.errors[0].message).toBe('This workspace is suspended. Ask the support.');
    expect(await workspacesOf(guest.user.id)).toHaveLength(1);
  });

  it('and was removed from another one signs in where they are left, and gets no third', async () => {
    const [owner, other] = [await signUp(auth), await signUp(auth)];
    const guest = await invite(owner);
    const { invitation } = await auth.mutate(
      other.actor,
      'invitationCreate',
      { email: guest.email, role: 'MEMBER' },
      'invitation { id }',
    );
    const { token } = await linkOf(auth, invitation.id);
    await auth.mutate(guest.actor, 'invitationAccept', { token }, SIGNED_IN);
    await leave(owner, guest);
    expect(codeOf(await refresh(guest.session.refreshToken))).toBe('UNAUTHENTICATED');
    expect((await signIn(guest)).workspace.id).toBe(other.workspace.id);
    expect(await workspacesOf(guest.user.id)).toHaveLength(1);
  });
});
