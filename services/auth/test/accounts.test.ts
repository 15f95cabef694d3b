import { AuthService } from '@switchboard/proto-schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';

const HOUR_MS = 3_600_000;

let auth: TestAuth;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

async function challengeIds(table: 'challenges', kind: string, userId: string): Promise<string[]> {
  const rows = await auth.service.database.transaction({ system: true }, ({ em }) =>
    em.execute<{ id: string }[]>(`select id from ${table} where kind = ? and user_id = ? order by id`, [
      kind,
      userId,
    ]),
  );
  return rows.map((row) => row.id);
}

async function linkToken(kind: 'EMAIL_VERIFICATION' | 'PASSWORD_RESET', userId: string): Promise<string> {
  const mail = await auth.asker('mail');
  const id = (await challengeIds('challenges', kind, userId)).at(-1) ?? '';
  const challenge =
    kind === 'PASSWORD_RESET'
      ? ({ case: 'resetId', value: id } as const)
      : ({ case: 'verificationId', value: id } as const);
  const { link } = await mail.ask(AuthService.method.mailContext, { challenge });
  return link.slice(link.lastIndexOf('/') + 1);
}

describe('sign-up', () => {
  it('makes user, workspace and session, and states each as an event without personal data', async () => {
    const before = (await auth.events()).length;
    const { user, workspace, session } = await signUp(auth, { email: 'Ana.New@Example.com' });
    expect(user).toMatchObject({ email: 'ana.new@example.com', name: 'Ana Lima', isEmailVerified: false });
    expect(workspace.name).toBe('Lima GmbH');
    const claims = await auth.claimsOf(session.accessToken);
    expect(claims).toMatchObject({ sub: user.id, ws: workspace.id, role: 'OWNER', mode: 'live' });
    expect(claims.scopes).toContain('workspace:admin');
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(15 * 60);
    expect(session.expiresAt).toBe(new Date((claims.exp ?? 0) * 1000).toISOString());
    const events = (await auth.events()).slice(before);
    expect(events.map((event) => event.type).sort()).toEqual([
      'EmailVerificationRequested',
      'MembershipCreated',
      'SessionCreated',
      'UserSignedUp',
      'WorkspaceCreated',
    ]);
    expect(events.every((event) => event.workspaceId === workspace.id)).toBe(true);
    const bytes = events.map((event) => Buffer.from(event.payload).toString('latin1')).join();
    for (const canary of ['example', 'Ana', 'Lima', 'battery', session.refreshToken])
      expect(bytes).not.toContain(canary);
  });

  it('refuses a taken address in any case, also when two arrive together', async () => {
    await signUp(auth, { email: 'taken@example.com' });
    const input = { email: 'TAKEN@example.com', password: 'another password', name: 'B', workspaceName: 'B' };
    const second = await auth.mutate(ANONYMOUS, 'userSignUp', input, SIGNED_IN);
    expect(second).toMatchObject({
      session: null,
      userErrors: [{ code: 'EMAIL_TAKEN', path: ['input', 'email'] }],
    });
    const both = await Promise.all(
      [1, 2].map(() =>
        auth.mutate(ANONYMOUS, 'userSignUp', { ...input, email: 'together@example.com' }, SIGNED_IN),
      ),
    );
    expect(both.flatMap((answer) => answer.userErrors.map(({ code }: { code: string }) => code))).toEqual([
      'EMAIL_TAKEN',
    ]);
  });

  it('refuses a short password and texts that are not plain', async () => {
    const input = { email: 'x@example.com', password: 'short', name: 'X', workspaceName: 'X' };
    const short = await auth.mutate(ANONYMOUS, 'userSignUp', input, SIGNED_IN);
    expect(short.userErrors).toMatchObject([{ code: 'PASSWORD_TOO_SHORT' }]);
    const control = await auth.mutate(
      ANONYMOUS,
      'userSignUp',
      { ...input, password: 'long enough', name: 'a\u0000b' },
      SIGNED_IN,
    );
    expect(control.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('e-mail verification', () => {
  it('works once, for the link that the mail gets', async () => {
    const { user, actor } = await signUp(auth);
    const token = await linkToken('EMAIL_VERIFICATION', user.id);
    const first = await auth.mutate(ANONYMOUS, 'emailVerify', { token }, 'user { id isEmailVerified }');
    expect(first.user).toEqual({ id: user.id, isEmailVerified: true });
    const second = await auth.mutate(ANONYMOUS, 'emailVerify', { token }, 'user { id }');
    expect(second.userErrors).toMatchObject([{ code: 'LINK_INVALID' }]);
    const resend = await auth.graphql(
      actor,
      'mutation { emailVerificationResend { user { id } userErrors { code } } }',
    );
    expect(resend.data.emailVerificationResend.userErrors).toEqual([{ code: 'EMAIL_ALREADY_VERIFIED' }]);
  });

  it('refuses a token of another kind, a forged one and an expired one alike', async () => {
    const { user, email } = await signUp(auth);
    await auth.mutate(ANONYMOUS, 'passwordResetRequest', { email }, 'accepted');
    const reset = await linkToken('PASSWORD_RESET', user.id);
    const token = await linkToken('EMAIL_VERIFICATION', user.id);
    const [id] = token.split('.');
    for (const wrong of [reset, `${id}.${'A'.repeat(43)}`, id, 'nonsense']) {
      const answer = await auth.mutate(ANONYMOUS, 'emailVerify', { token: wrong }, 'user { id }');
      expect(answer).toMatchObject({ user: null, userErrors: [{ code: 'LINK_INVALID' }] });
    }
    auth.clock.advance(49 * HOUR_MS);
    const late = await auth.mutate(ANONYMOUS, 'emailVerify', { token }, 'user { id }');
    expect(late.userErrors).toMatchObject([{ code: 'LINK_INVALID' }]);
  });

  it('is sent again five times an hour at most', async () => {
    const { actor } = await signUp(auth);
    const resend = 'mutation { emailVerificationResend { user { id } userErrors { code } } }';
    const codes: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { data } = await auth.graphql(actor, resend);
      codes.push(data.emailVerificationResend.userErrors[0]?.code ?? 'SENT');
    }
    expect(codes).toEqual(['SENT', 'SENT', 'SENT', 'SENT', 'SENT', 'RATE_LIMITED']);
  });
});

describe('password reset', () => {
  it('answers the same whether or not the address has an account', async () => {
    const { email, user } = await signUp(auth);
    const ask = (address: string) =>
      auth.mutate(ANONYMOUS, 'passwordResetRequest', { email: address }, 'accepted', '198.51.100.7');
    expect(await ask('nobody@example.com')).toEqual(await ask(email));
    expect(await challengeIds('challenges', 'PASSWORD_RESET', user.id)).toHaveLength(1);
  });

  it('sends five mails an hour at most, and never says so', async () => {
    const { email, user } = await signUp(auth);
    for (let n = 0; n < 7; n += 1) {
      const answer = await auth.mutate(ANONYMOUS, 'passwordResetRequest', { email }, 'accepted');
      expect(answer).toMatchObject({ accepted: true, userErrors: [] });
    }
    expect(await challengeIds('challenges', 'PASSWORD_RESET', user.id)).toHaveLength(5);
  });

  it('sets the password once, ends every session and lets a locked-out user in', async () => {
    const { email, user, session } = await signUp(auth);
    for (let n = 0; n < 11; n += 1) {
      await auth.mutate(ANONYMOUS, 'sessionCreate', { email, password: 'wrong password' }, SIGNED_IN);
    }
    await auth.mutate(ANONYMOUS, 'passwordResetRequest', { email }, 'accepted');
    await auth.mutate(ANONYMOUS, 'passwordResetRequest', { email }, 'accepted');
    const [older = ''] = await challengeIds('challenges', 'PASSWORD_RESET', user.id);
    const token = await linkToken('PASSWORD_RESET', user.id);
    const password = 'a brand new password';
    const both = await Promise.all(
      [1, 2].map(() =>
        auth.mutate(ANONYMOUS, 'passwordReset', { token, password }, 'user { id isEmailVerified }'),
      ),
    );
    expect(both.filter((answer) => answer.user)).toHaveLength(1);
    expect(both.find((answer) => answer.user)?.user.isEmailVerified).toBe(true);

    const refresh = await auth.mutate(
      ANONYMOUS,
      'sessionRefresh',
      { refreshToken: session.refreshToken },
      'session { accessToken }',
    );
    expect(refresh.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect((await auth.events()).map((event) => event.type)).toContain('PasswordChanged');
    const signIn = await auth.mutate(ANONYMOUS, 'sessionCreate', { email, password }, SIGNED_IN);
    expect(signIn.user.id).toBe(user.id);
    const mail = await auth.asker('mail');
    await expect(
      mail.ask(AuthService.method.mailContext, { challenge: { case: 'resetId', value: older } }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
