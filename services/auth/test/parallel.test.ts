/**
 * What must hold when requests truly run side by side. The embedded database has one connection and takes them one
 * after the other, so this needs a PostgreSQL server.
 */
import { AuthService } from '@switchboard/proto-schemas';
import { findPostgres, startPostgres, type TestPostgres } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';
import { codeOf, join, membersOf } from './people.ts';

const programs = findPostgres();

describe.skipIf(!programs)('on PostgreSQL', { timeout: 60_000 }, () => {
  let postgres: TestPostgres;
  let auth: TestAuth;
  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '');
    auth = await startAuth({}, { kind: 'postgres', url: postgres.createDatabase() });
  });
  afterAll(async () => {
    await auth?.stop();
    await postgres?.stop();
  });

  const inParallel = <T>(times: number, work: (n: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: times }, (_, n) => work(n)));

  it('one refresh token has one successor', async () => {
    const { session } = await signUp(auth);
    const input = { refreshToken: session.refreshToken };
    const answers = await inParallel(50, () =>
      auth.mutate(ANONYMOUS, 'sessionRefresh', input, 'session { refreshToken }'),
    );
    const successors = new Set(answers.map((answer) => answer.session?.refreshToken));
    expect(successors.size).toBe(1);
    expect(successors).not.toContain(undefined);
  });

  it('a hundred guesses are ten comparisons', async () => {
    const { email } = await signUp(auth);
    const answers = await inParallel(100, (n) =>
      auth.mutate(
        ANONYMOUS,
        'sessionCreate',
        { email, password: `guess ${n} of many` },
        SIGNED_IN,
        '192.0.2.1',
      ),
    );
    const codes = answers.map(
      (answer) => answer.userErrors?.[0]?.code ?? answer.errors?.[0]?.extensions.code,
    );
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(10);
    // A database that is overrun refuses some before they are counted.
    expect(codes.filter((code) => code !== 'RATE_LIMITED' && code !== 'UNAVAILABLE')).toHaveLength(10);
  });

  it('one address gets one account', async () => {
    const input = { email: 'race@example.com', password: 'long enough', name: 'R', workspaceName: 'R' };
    const answers = await inParallel(8, () => auth.mutate(ANONYMOUS, 'userSignUp', input, SIGNED_IN));
    expect(answers.filter((answer) => answer.session)).toHaveLength(1);
    const codes = answers.flatMap((answer) => answer.userErrors.map(({ code }: { code: string }) => code));
    expect(codes).toEqual(Array(7).fill('EMAIL_TAKEN'));
  });

  it('somebody without a workspace gets one, however often they sign in and refresh', async () => {
    const owner = await signUp(auth);
    const { database } = auth.service;
    for (let round = 0; round < 4; round += 1) {
      const guest = await join(auth, owner, 'MEMBER');
      const { email, password } = guest;
      const input = { email, password, workspaceId: owner.workspace.id };
      // Several sessions, because a password takes its time to be compared and a refresh takes none.
      const sessions = await inParallel(8, () =>
        auth.mutate(ANONYMOUS, 'sessionCreate', input, 'session { refreshToken }'),
      );
      // A workspace of their own that is gone, and one they are removed from; or both gone, and nobody said so.
      const gone = round % 2 === 0 ? `role = 'OWNER'` : 'true';
      await database.statement(`delete from memberships where user_id = ? and ${gone}`, [guest.user.id]);
      const { membershipId } = guest;
      await auth.mutate(owner.actor, 'membershipRemove', { membershipId }, 'membershipId');
      const [refreshed, signedIn] = await Promise.all([
        inParallel(8, (n) => {
          const { refreshToken } = sessions[n].session;
          return auth.mutate(ANONYMOUS, 'sessionRefresh', { refreshToken }, 'session { accessToken }');
        }),
        inParallel(2, () => auth.mutate(ANONYMOUS, 'sessionCreate', { email, password }, SIGNED_IN)),
      ]);
      expect(signedIn.filter((answer) => answer.session)).toHaveLength(2);
      const codes = refreshed.map(codeOf).filter(Boolean);
      expect(codes.filter((code) => code !== 'UNAUTHENTICATED')).toEqual([]);
      const places = await database.statement('select id from memberships where user_id = ?', [
        guest.user.id,
      ]);
      expect(places).toHaveLength(1);
    }
  });

  it('one invitation is accepted once', async () => {
    const owner = await signUp(auth);
    const { invitation } = await auth.mutate(
      owner.actor,
      'invitationCreate',
      { email: 'guest@example.com', role: 'MEMBER' },
      'invitation { id }',
    );
    const mail = await auth.asker('mail');
    const challenge = { case: 'invitationId', value: invitation.id } as const;
    const { link } = await mail.ask(AuthService.method.mailContext, { challenge });
    const input = { token: link.slice(link.lastIndexOf('/') + 1), name: 'G', password: 'long enough' };
    const answers = await inParallel(8, () => auth.mutate(ANONYMOUS, 'invitationAccept', input, SIGNED_IN));
    expect(answers.filter((answer) => answer.session)).toHaveLength(1);
    expect(answers.flatMap((answer) => answer.errors ?? [])).toEqual([]);
  });

  it('a workspace has one owner, however many transfers and removals meet', async () => {
    const owner = await signUp(auth);
    const members: Awaited<ReturnType<typeof join>>[] = [];
    for (let n = 0; n < 4; n += 1) members.push(await join(auth, owner, 'ADMIN'));
    const work = members.flatMap(({ user, membershipId }, n) => [
      auth.mutate(
        owner.actor,
        'workspaceTransfer',
        { userId: user.id, password: owner.password },
        'session { accessToken }',
      ),
      auth.mutate(
        (members[(n + 1) % members.length] ?? owner).actor,
        n % 2 === 0 ? 'membershipUpdate' : 'membershipRemove',
        n % 2 === 0 ? { membershipId, role: 'MEMBER' } : { membershipId },
        n % 2 === 0 ? 'membership { role }' : 'membershipId',
      ),
    ]);
    const answers = await Promise.all(work);
    expect(answers.filter((answer) => answer.session)).toHaveLength(1);
    // Each was let through or refused; none met a deadlock.
    const codes = answers.map(codeOf).filter(Boolean);
    expect(codes.filter((code) => code !== 'FORBIDDEN' && code !== 'NOT_FOUND')).toEqual([]);
    const roles = (await membersOf(auth, owner.actor)).map(({ role }) => role);
    expect(roles.filter((role) => role === 'OWNER')).toHaveLength(1);
  });

  it('a member who is removed while they sign in and switch is left without a session there', async () => {
    const owner = await signUp(auth);
    const member = await join(auth, owner, 'MEMBER');
    const { workspaceId } = owner.actor;
    const credentials = { email: member.email, password: member.password };
    const elsewhere = await auth.mutate(ANONYMOUS, 'sessionCreate', credentials, SIGNED_IN);
    const actor = await auth.actorOf(elsewhere.session.accessToken);
    expect(actor.workspaceId).not.toBe(workspaceId);
    const enter = () =>
      inParallel(6, () => auth.mutate(actor, 'sessionSwitch', { workspaceId }, 'workspace { id }'));
    const [before, removed, after] = await Promise.all([
      enter(),
      auth.mutate(owner.actor, 'membershipRemove', { membershipId: member.membershipId }, 'membershipId'),
      enter(),
    ]);
    expect(removed.membershipId).toBe(member.membershipId);
    const codes = [...before, ...after].map(codeOf).filter(Boolean);
    expect(codes.filter((code) => code !== 'NOT_FOUND')).toEqual([]);
    const { data } = await auth.graphql(actor, '{ sessions(first: 100) { nodes { workspace { id } } } }');
    const rooms = data.sessions.nodes.map((node: { workspace: { id: string } }) => node.workspace?.id);
    expect(new Set(rooms)).toEqual(new Set([actor.workspaceId]));
  });

  it('what a member connects while they are removed is not left behind', async () => {
    const owner = await signUp(auth);
    const telephony = await auth.asker('telephony');
    const { workspaceId } = owner.actor;
    const secrets = {
      accountSid: `AC${'7'.repeat(32)}`,
      authToken: 'a'.repeat(32),
      phoneNumber: '+14155550123',
    };
    for (let round = 0; round < 5; round += 1) {
      const member = await join(auth, owner, 'MEMBER');
      const own = { workspaceId, userId: member.user.id, vendor: 'twilio', name: 'Mine', secrets };
      const connect = () =>
        inParallel(4, () =>
          telephony
            .ask(AuthService.method.storeCredential, own)
            .catch((thrown: { code: string }) => thrown.code),
        );
      const [before, , after] = await Promise.all([
        connect(),
        auth.mutate(owner.actor, 'membershipRemove', { membershipId: member.membershipId }, 'membershipId'),
        connect(),
      ]);
      const refused = [...before, ...after].filter((answer) => typeof answer === 'string');
      expect(refused.filter((code) => code !== 'NOT_FOUND')).toEqual([]);
      const left = await auth.service.database.statement('select id from connections where user_id = ?', [
        member.user.id,
      ]);
      expect(left).toEqual([]);
    }
  });

  it('a workspace’s first secrets share one data key', async () => {
    const { actor } = await signUp(auth);
    const secrets = [
      { name: 'secretKey', value: 'sk_test_own' },
      { name: 'webhookSecret', value: 'whsec_own' },
    ];
    const made = await inParallel(8, (n) =>
      auth.mutate(
        actor,
        'connectionCreate',
        { vendor: 'STRIPE', name: `Account ${n}`, secrets },
        'connection { id }',
      ),
    );
    const billing = await auth.asker('billing');
    for (const { connection } of made) {
      const request = { vendor: 'stripe', connectionId: connection.id };
      expect((await billing.ask(AuthService.method.lendCredential, request)).secrets.secretKey).toBe(
        'sk_test_own',
      );
    }
  });
});
