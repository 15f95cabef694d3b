import { fromBinary } from '@bufbuild/protobuf';
import { AuthService, SessionRevocationReason, SessionRevokedSchema } from '@switchboard/proto-schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

const refresh = async (refreshToken: string) => {
  const { session, errors } = await auth.mutate(
    ANONYMOUS,
    'sessionRefresh',
    { refreshToken },
    'session { accessToken refreshToken }',
  );
  return { token: session?.refreshToken as string | undefined, code: errors?.[0]?.extensions.code, session };
};
const signIn = (input: object, ip?: string) =>
  auth.mutate(ANONYMOUS, 'sessionCreate', input as Record<string, unknown>, SIGNED_IN, ip);

describe('a refresh token', () => {
  it('works once; a replaced one presented after the grace ends the whole session', async () => {
    const { session, user } = await signUp(auth);
    const r1 = session.refreshToken;
    const r2 = (await refresh(r1)).token ?? '';
    auth.clock.advance(11_000);
    expect(await refresh(r1)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await refresh(r2)).toMatchObject({ code: 'UNAUTHENTICATED' });
    const revoked = (await auth.events()).filter((event) => event.type === 'SessionRevoked');
    const payloads = revoked.map((event) => fromBinary(SessionRevokedSchema, event.payload));
    const mine = payloads.filter((payload) => payload.userId === user.id);
    expect(mine).toMatchObject([{ reason: SessionRevocationReason.REFRESH_REUSE }]);
  });

  it('answers the same successor within the grace, for its direct predecessor only', async () => {
    const { session } = await signUp(auth);
    const r1 = session.refreshToken;
    const r2 = (await refresh(r1)).token ?? '';
    auth.clock.advance(9_000);
    expect((await refresh(r1)).token).toBe(r2);
    const r3 = (await refresh(r2)).token ?? '';
    expect(new Set([r1, r2, r3]).size).toBe(3);
    expect(await refresh(r1)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await refresh(r3)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('has one successor, however many ask in parallel', async () => {
    const { session } = await signUp(auth);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(session.refreshToken)));
    const successors = new Set(answers.map((answer) => answer.token));
    expect(successors.size).toBe(1);
    expect([...successors][0]).toBeDefined();
  });

  it('cannot be forged or moved to another session, and a forged one harms nobody', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const [id, generation] = one.session.refreshToken.split('.');
    const signature = two.session.refreshToken.split('.')[2];
    for (const forged of [`${id}.${generation}.${signature}`, `${id}.2.${'A'.repeat(43)}`, 'x', '']) {
      expect((await refresh(forged)).code).toBe('UNAUTHENTICATED');
    }
    expect((await refresh(one.session.refreshToken)).token).toBeDefined();
  });

  it('ends after 30 days without use', async () => {
    const { session } = await signUp(auth);
    auth.clock.advance(30 * 24 * 3_600_000 + 1_000);
    expect(await refresh(session.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('signing in', () => {
  it('gives one answer for a wrong password and an unknown address', async () => {
    const { email } = await signUp(auth);
    const wrong = await signIn({ email, password: 'not the password' });
    const unknown = await signIn({ email: 'nobody@example.com', password: 'not the password' });
    expect(wrong).toEqual(unknown);
    expect(wrong.userErrors).toMatchObject([{ code: 'INVALID_CREDENTIALS' }]);
  });

  it('compares ten guesses of a hundred in parallel, then locks out, known address or not', async () => {
    const { email, password } = await signUp(auth);
    for (const address of [email, 'no-account@example.com']) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, n) => signIn({ email: address, password: `guess number ${n}` })),
      );
      const codes = answers.map((answer) => answer.userErrors[0]?.code);
      expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(10);
      expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(90);
    }
    const locked = await signIn({ email, password });
    expect(locked).toMatchObject({
      session: null,
      userErrors: [{ code: 'RATE_LIMITED', __typename: 'RateLimitedByVendor' }],
    });
    auth.clock.advance(15 * 60_000);
    expect((await signIn({ email, password })).session.accessToken).toBeDefined();
  });

  it('counts wrong passwords per network address and right ones not at all', async () => {
    const { email, password } = await signUp(auth);
    const ip = '203.0.113.9';
    const spray = Array.from({ length: 99 }, (_, n) => `victim${n}@example.com`);
    await Promise.all(spray.map((victim) => signIn({ email: victim, password: 'sprayed password' }, ip)));
    for (let n = 0; n < 3; n += 1) expect((await signIn({ email, password }, ip)).session).not.toBeNull();
    await signIn({ email: 'victim99@example.com', password: 'sprayed password' }, ip);
    expect((await signIn({ email, password }, ip)).userErrors).toMatchObject([{ code: 'RATE_LIMITED' }]);
    expect((await signIn({ email, password }, '203.0.113.10')).session).not.toBeNull();
  }, 60_000);

  it('puts the caller into a workspace of theirs only', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const foreign = await signIn({ email: one.email, password: one.password, workspaceId: two.workspace.id });
    expect(foreign.userErrors).toMatchObject([{ code: 'NOT_A_MEMBER' }]);
  });
});

describe('a session', () => {
  it('is over for the gateway as soon as it is revoked', async () => {
    const gateway = await auth.asker('gateway');
    const { actor, session } = await signUp(auth);
    const sessionId = actor.sessionId ?? '';
    const isActive = async () => (await gateway.ask(AuthService.method.checkSession, { sessionId })).active;
    expect(await isActive()).toBe(true);
    const { data } = await auth.graphql(
      actor,
      'mutation { sessionRevoke { sessionId userErrors { code } } }',
    );
    expect(data.sessionRevoke).toEqual({ sessionId, userErrors: [] });
    expect(await isActive()).toBe(false);
    expect(await refresh(session.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('cannot be revoked by another user', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const answer = await auth.mutate(
      one.actor,
      'sessionRevoke',
      { sessionId: two.actor.sessionId },
      'sessionId',
    );
    expect(answer.errors[0].extensions.code).toBe('NOT_FOUND');
  });

  it('tells who the caller is', async () => {
    const { actor, user, workspace } = await signUp(auth);
    const query =
      '{ viewer { user { id } workspace { id members { nodes { role user { id email } } } } role scopes agent { id } } }';
    const { data } = await auth.graphql(actor, query);
    expect(data.viewer).toMatchObject({
      user: { id: user.id },
      workspace: { id: workspace.id, members: { nodes: [{ role: 'OWNER', user: { id: user.id } }] } },
      role: 'OWNER',
      agent: null,
    });
    const anonymous = await auth.graphql(ANONYMOUS, '{ viewer { role } }');
    expect(anonymous.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('the list of sessions', () => {
  const SESSIONS = '{ sessions { nodes { id current createdAt lastUsedAt expiresAt workspace { id } } } }';
  const inSession = async (person: Awaited<ReturnType<typeof signUp>>) => {
    const { session } = await signIn({ email: person.email, password: person.password });
    return { actor: await auth.actorOf(session.accessToken), refreshToken: session.refreshToken as string };
  };
  const idsOf = async (actor: Awaited<ReturnType<typeof signUp>>['actor']) => {
    const { data } = await auth.graphql(actor, SESSIONS);
    return data.sessions.nodes.map((node: { id: string }) => node.id) as string[];
  };
  const revokeAll = (actor: Awaited<ReturnType<typeof signUp>>['actor'], input: object = {}) =>
    auth.mutate(actor, 'sessionRevokeAll', input as Record<string, unknown>, 'sessionIds');

  it('shows the open ones of the caller, newest first, and which one is in hand', async () => {
    const [person, other] = [await signUp(auth), await signUp(auth)];
    const second = await inSession(person);
    auth.clock.advance(60_000);
    await refresh(second.refreshToken);
    const { data } = await auth.graphql(person.actor, SESSIONS);
    expect(data.sessions.nodes).toMatchObject([
      { id: second.actor.sessionId, current: false, workspace: { id: person.workspace.id } },
      { id: person.actor.sessionId, current: true, workspace: { id: person.workspace.id } },
    ]);
    const [newer, older] = data.sessions.nodes;
    expect(Date.parse(newer.lastUsedAt) - Date.parse(newer.createdAt)).toBe(60_000);
    expect(older.lastUsedAt).toBe(older.createdAt);
    expect(await idsOf(other.actor)).toEqual([other.actor.sessionId]);
    await auth.mutate(person.actor, 'sessionRevoke', { sessionId: second.actor.sessionId }, 'sessionId');
    expect(await idsOf(person.actor)).toEqual([person.actor.sessionId]);
    auth.clock.advance(30 * 24 * 3_600_000 + 60_000);
    expect(await idsOf(person.actor)).toEqual([]);
  });

  it('is nothing a reference of another user, or an API key, gets to see', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on UserSession { id current } } }';
    const r = [{ __typename: 'UserSession', id: one.actor.sessionId }];
    expect((await auth.graphql(one.actor, query, { r })).data._entities).toEqual([
      { id: one.actor.sessionId, current: true },
    ]);
    expect((await auth.graphql(two.actor, query, { r })).data._entities).toEqual([null]);
    const { userId: _, sessionId: __, role: ___, ...rest } = one.actor;
    const key = { ...rest, kind: 'apiKey' as const, apiKeyId: 'key_01' };
    expect((await auth.graphql(key, query, { r })).data._entities).toEqual([null]);
    expect((await auth.graphql(key, SESSIONS)).errors[0].extensions.code).toBe('FORBIDDEN');
    expect((await revokeAll(key)).errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('is emptied but for the session in hand, or altogether, and of nobody else', async () => {
    const gateway = await auth.asker('gateway');
    const isActive = async (sessionId = '') =>
      (await gateway.ask(AuthService.method.checkSession, { sessionId })).active;
    const [person, other] = [await signUp(auth), await signUp(auth)];
    const [second, third] = [await inSession(person), await inSession(person)];
    const kept = await revokeAll(second.actor);
    expect(kept.sessionIds).toEqual([person.actor.sessionId, third.actor.sessionId]);
    expect(await isActive(second.actor.sessionId)).toBe(true);
    expect(await isActive(third.actor.sessionId)).toBe(false);
    expect(await refresh(third.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await revokeAll(second.actor, { keepCurrent: false })).sessionIds).toEqual([
      second.actor.sessionId,
    ]);
    expect(await isActive(second.actor.sessionId)).toBe(false);
    expect(await isActive(other.actor.sessionId)).toBe(true);
  });
});
