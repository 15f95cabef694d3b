import { newId } from '@switchboard/ids';
import { AuthService } from '@switchboard/proto-schemas';
import { SandboxControl } from '@switchboard/testing';
import { type Sandbox, startSandbox } from '@switchboard/vendor-sandbox';
import { googleAccount } from '@switchboard/vendor-sandbox/accounts';
import { generateSync } from 'otplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';

let sandbox: Sandbox;
let auth: TestAuth;
let control: SandboxControl;

beforeAll(async () => {
  sandbox = await startSandbox({ publicUrl: 'http://switchboard.test' });
  control = new SandboxControl(sandbox.url);
  auth = await startAuth({ AUTH_SANDBOX_URL: sandbox.url, AUTH_SANDBOX_SIGN_IN: 'true' });
  // ID tokens are checked by the time of day.
  auth.clock.now = new Date();
});
afterAll(async () => {
  await auth.stop();
  await sandbox.close();
});
afterEach(() => control.clearFaults());

type Provider = 'GOOGLE' | 'MICROSOFT';
const nameOf = (provider: Provider) => provider.toLowerCase() as Lowercase<Provider>;
const RETURN_URL = 'http://switchboard.test/signed-in';

let people = 0;
const somebody = () => {
  people += 1;
  return `vouched${people}@example.com`;
};

interface CameBack {
  readonly state: string;
  readonly code: string;
  readonly signInToken: string;
}
/** Goes to the provider, signs in there and comes back. */
async function goThere(provider: Provider, email: string): Promise<CameBack> {
  const { authorizationUrl, signInToken, errors } = await auth.mutate(
    ANONYMOUS,
    'signInStart',
    { provider, returnUrl: RETURN_URL },
    'authorizationUrl signInToken',
  );
  if (!authorizationUrl) throw new Error(JSON.stringify(errors));
  const { redirectUrl } = (await control.simulate(nameOf(provider), 'consent', {
    authorizationUrl,
    email,
  })) as { redirectUrl: string };
  const { pathname, search } = new URL(redirectUrl);
  const response = await fetch(`${auth.service.url}${pathname}${search}`, { redirect: 'manual' });
  const back = new URL(response.headers.get('location') ?? '').searchParams;
  return { state: back.get('state') ?? '', code: back.get('code') ?? '', signInToken };
}
const signIn = (input: object) => auth.mutate(ANONYMOUS, 'sessionCreateByProvider', { ...input }, SIGNED_IN);
const register = (input: object) =>
  auth.mutate(ANONYMOUS, 'userSignUpByProvider', { workspaceName: 'Lima GmbH', ...input }, SIGNED_IN);
const idToken = async (input: object) =>
  ((await control.simulate('google', 'id-token', input)) as { idToken: string }).idToken;
const signInByToken = async (input: object) =>
  auth.mutate(ANONYMOUS, 'sessionCreateByIdToken', { idToken: await idToken(input) }, SIGNED_IN);
const registerByToken = async (input: object) =>
  auth.mutate(
    ANONYMOUS,
    'userSignUpByIdToken',
    { workspaceName: 'Lima GmbH', idToken: await idToken(input) },
    SIGNED_IN,
  );
const byPassword = (email: string, password: string) =>
  auth.mutate(ANONYMOUS, 'sessionCreate', { email, password }, SIGNED_IN);
const vouchers = async (accessToken: string) => {
  const { data } = await auth.graphql(await auth.actorOf(accessToken), '{ viewer { signsInWith } }');
  return data.viewer.signsInWith;
};

describe.each(['GOOGLE', 'MICROSOFT'] as const)('signing in with %s', (provider) => {
  it('is refused to who has no account, and then makes one that signs in', async () => {
    const email = somebody();
    const stranger = await signIn(await goThere(provider, email));
    expect(stranger).toMatchObject({ session: null, userErrors: [{ code: 'SIGN_UP_FIRST' }] });
    const made = await register(await goThere(provider, email));
    expect(made.user).toMatchObject({ email, name: email.split('@')[0] });
    const again = await signIn(await goThere(provider, email));
    expect(again.user.id).toBe(made.user.id);
    expect(await vouchers(again.session.accessToken)).toEqual([provider]);
    const twice = await register(await goThere(provider, email));
    expect(twice.userErrors).toMatchObject([{ code: 'EMAIL_TAKEN' }]);
  });

  it('has no password until one is set', async () => {
    const email = somebody();
    const made = await register(await goThere(provider, email));
    expect(made.session).not.toBeNull();
    for (const password of ['', 'null', 'correct horse battery']) {
      expect((await byPassword(email, password)).session).toBeNull();
    }
  });

  it('needs the token of the browser that began, and is used up by any other', async () => {
    const email = somebody();
    const back = await goThere(provider, email);
    const before = (await control.requests(nameOf(provider))).length;
    const foisted = await register({ ...back, signInToken: 'A'.repeat(43) });
    expect(foisted.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect((await register(back)).errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect((await control.requests(nameOf(provider))).length).toBe(before);
  });

  it('works once, and not after ten minutes', async () => {
    const email = somebody();
    const back = await goThere(provider, email);
    const answers = await Promise.all(Array.from({ length: 5 }, () => register(back)));
    expect(answers.filter(({ session }) => session)).toHaveLength(1);
    const late = await goThere(provider, email);
    auth.clock.advance(10 * 60_000 + 1);
    expect((await signIn(late)).errors[0].extensions.code).toBe('BAD_USER_INPUT');
    auth.clock.now = new Date();
  });

  it('says so when the provider does not confirm, and when it does not answer', async () => {
    const back = await goThere(provider, somebody());
    expect((await signIn({ ...back, code: 'guessed' })).userErrors).toMatchObject([
      { code: 'SIGN_IN_REFUSED' },
    ]);
    const other = await goThere(provider, somebody());
    await control.fault({ vendor: nameOf(provider), match: 'token', status: 503, times: 10 });
    expect((await signIn(other)).errors[0].extensions.code).toBe('UNAVAILABLE');
  });

  it('can be tied to an account, by one user only, and untied while another way in is left', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const email = somebody();
    const link = async (actor: typeof one.actor) =>
      auth.mutate(actor, 'identityLink', { ...(await goThere(provider, email)) }, 'user { id }');
    const unlink = (actor: typeof one.actor) =>
      auth.mutate(actor, 'identityUnlink', { provider }, 'user { id }');
    expect((await link(one.actor)).user.id).toBe(one.user.id);
    expect((await link(two.actor)).userErrors).toMatchObject([{ code: 'IDENTITY_TAKEN' }]);
    expect((await signIn(await goThere(provider, email))).user.id).toBe(one.user.id);
    expect((await unlink(one.actor)).userErrors).toEqual([]);
    expect((await unlink(one.actor)).errors[0].extensions.code).toBe('NOT_FOUND');
    const without = await register(await goThere(provider, somebody()));
    const actor = await auth.actorOf(without.session.accessToken);
    expect((await unlink(actor)).userErrors).toMatchObject([{ code: 'LAST_WAY_IN' }]);
  });
});

describe('an account that has a password', () => {
  it('is tied to another one ten minutes after the sign-in only by who shows again who they are', async () => {
    const { actor, email, password, workspace } = await signUp(auth);
    auth.clock.advance(10 * 60_000);
    const back = await goThere('GOOGLE', somebody());
    const link = (more: object, by = actor) =>
      auth.mutate(by, 'identityLink', { ...back, ...more }, 'user { id }');
    const required = [{ code: 'PASSWORD_REQUIRED', path: ['input', 'password'] }];
    expect((await link({})).userErrors).toMatchObject(required);
    // A session that another one opened is no proof.
    const { session } = await auth.mutate(
      actor,
      'sessionSwitch',
      { workspaceId: workspace.id },
      'session { accessToken }',
    );
    expect((await link({}, await auth.actorOf(session.accessToken))).userErrors).toMatchObject(required);
    expect((await link({ password: 'a wrong guess' })).userErrors).toMatchObject([
      { code: 'INVALID_CREDENTIALS' },
    ]);
    const again = await byPassword(email, password);
    const other = await goThere('MICROSOFT', somebody());
    const fresh = await auth.actorOf(again.session.accessToken);
    expect((await auth.mutate(fresh, 'identityLink', { ...other }, 'user { id }')).userErrors).toEqual([]);
    // What was refused has used nothing up.
    expect((await link({ password })).userErrors).toEqual([]);
    expect((await vouchers(again.session.accessToken)).toSorted()).toEqual(['GOOGLE', 'MICROSOFT']);
  });

  it('and a second factor is tied then by who shows both', async () => {
    const { actor, password } = await signUp(auth);
    const { data } = await auth.graphql(actor, 'mutation { secondFactorStart { secret } }');
    const code = () =>
      generateSync({
        secret: data.secondFactorStart.secret,
        epoch: Math.floor(auth.clock.now.getTime() / 1_000),
      });
    await auth.mutate(actor, 'secondFactorConfirm', { code: code() }, 'recoveryCodes');
    auth.clock.advance(10 * 60_000);
    const back = await goThere('GOOGLE', somebody());
    const link = (more: object) =>
      auth.mutate(actor, 'identityLink', { ...back, password, ...more }, 'user { id }');
    const path = ['input', 'factorCode'];
    expect((await link({})).userErrors).toMatchObject([{ code: 'SECOND_FACTOR_REQUIRED', path }]);
    const guess = { factorMethod: 'TOTP', factorCode: '000000' };
    expect((await link(guess)).userErrors).toMatchObject([{ code: 'CODE_INVALID', path }]);
    expect((await link({ factorMethod: 'TOTP', factorCode: code() })).userErrors).toEqual([]);
    auth.clock.now = new Date();
  });

  it('is entered by Google when its address was proven, and keeps the password', async () => {
    const { email, password, user, actor } = await signUp(auth);
    await auth.service.database.statement('update users set email_verified_at = now() where id = ?', [
      user.id,
    ]);
    expect((await signInByToken({ email })).user.id).toBe(user.id);
    expect((await byPassword(email, password)).session).not.toBeNull();
    expect((await auth.graphql(actor, '{ viewer { signsInWith } }')).data.viewer.signsInWith).toEqual([
      'GOOGLE',
    ]);
  });

  it('that somebody made with another one’s address is taken over by its owner: the password is gone', async () => {
    const { email, password, user, session } = await signUp(auth);
    expect((await signInByToken({ email })).user).toMatchObject({ id: user.id, isEmailVerified: true });
    expect((await byPassword(email, password)).session).toBeNull();
    const refreshed = await auth.mutate(
      ANONYMOUS,
      'sessionRefresh',
      { refreshToken: session.refreshToken },
      'session { accessToken }',
    );
    expect(refreshed.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });

  it('that somebody prepared with ways in of their own keeps none of them, by Google or by a reset', async () => {
    const prepare = async () => {
      const person = await signUp(auth);
      const { secret } = (await auth.graphql(person.actor, 'mutation { secondFactorStart { secret } }')).data
        .secondFactorStart;
      const code = generateSync({ secret, epoch: Math.floor(auth.clock.now.getTime() / 1_000) });
      await auth.mutate(person.actor, 'secondFactorConfirm', { code }, 'recoveryCodes');
      await auth.service.database.statement(
        "insert into identities (id, user_id, provider, subject, created_at) values (?, ?, 'MICROSOFT', ?, now())",
        [newId('eid'), person.user.id, `tenant/${person.user.id}`],
      );
      return person;
    };
    const byGoogle = await prepare();
    const entered = await signInByToken({ email: byGoogle.email });
    expect(entered.user.id).toBe(byGoogle.user.id);
    expect(await vouchers(entered.session.accessToken)).toEqual(['GOOGLE']);

    const byReset = await prepare();
    await auth.mutate(ANONYMOUS, 'passwordResetRequest', { email: byReset.email }, 'accepted');
    const asked = (await auth.events()).filter(({ type }) => type === 'PasswordResetRequested').at(-1);
    const value = /rst_[0-9A-Z]{26}/.exec(Buffer.from(asked?.payload ?? []).toString('latin1'))?.[0] ?? '';
    const { link } = await (await auth.asker('mail')).ask(AuthService.method.mailContext, {
      challenge: { case: 'resetId', value },
    });
    const password = 'another horse battery';
    await auth.mutate(
      ANONYMOUS,
      'passwordReset',
      { token: link.slice(link.lastIndexOf('/') + 1), password },
      'user { id }',
    );
    const owner = await byPassword(byReset.email, password);
    expect(await vouchers(owner.session.accessToken)).toEqual([]);
  });

  it('is not entered by an address the provider cannot vouch for', async () => {
    const { email } = await signUp(auth);
    const byGoogle = await signInByToken({ email, emailVerified: false });
    expect(byGoogle.userErrors).toMatchObject([{ code: 'SIGN_IN_AND_LINK' }]);
  });
});

describe('an ID token of Google', () => {
  it.each([googleAccount.clientId, googleAccount.iosClientId, googleAccount.androidClientId])(
    'for %s signs up and in',
    async (clientId) => {
      const email = somebody();
      const made = await registerByToken({ email, clientId, name: 'Zoë' });
      expect(made.user).toMatchObject({ email, name: 'Zoë', isEmailVerified: true });
      expect((await signInByToken({ email, clientId })).user.id).toBe(made.user.id);
    },
  );

  it.each([
    { clientId: 'another.apps.googleusercontent.com' },
    { expiresInSeconds: -600 },
    { issuer: 'https://evil.example' },
  ])('that is not good is refused: %j', async (flaw) => {
    const refused = await registerByToken({ email: somebody(), ...flaw });
    expect(refused.userErrors).toMatchObject([{ code: 'SIGN_IN_REFUSED' }]);
  });

  it('that was tampered with, or is none, is refused', async () => {
    const [head = '', body = '', signature = ''] = (await idToken({ email: somebody() })).split('.');
    const other = JSON.parse(Buffer.from(body, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...other, email: 'owner@example.com' })).toString(
      'base64url',
    );
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const bad of [`${head}.${forged}.${signature}`, `${none}.${body}.`, 'x.y.z', 'x']) {
      const answer = await auth.mutate(ANONYMOUS, 'sessionCreateByIdToken', { idToken: bad }, SIGNED_IN);
      expect(answer.userErrors).toMatchObject([{ code: 'SIGN_IN_REFUSED' }]);
    }
  });

  it('whose owner leaves an address behind does not hand the account to the next owner of it', async () => {
    const email = somebody();
    const made = await registerByToken({ email });
    const moved = somebody();
    await auth.service.database.statement('update users set email = ? where id = ?', [moved, made.user.id]);
    // The provider's name for the person counts, not the address.
    expect((await signInByToken({ email })).user.id).toBe(made.user.id);
  });
});

it('a sign-in elsewhere is begun a thousand times an hour from one network address at most', async () => {
  const ip = '203.0.113.9';
  const begin = () =>
    auth.mutate(
      ANONYMOUS,
      'signInStart',
      { provider: 'GOOGLE', returnUrl: RETURN_URL },
      'authorizationUrl',
      ip,
    );
  expect((await begin()).authorizationUrl).not.toBeNull();
  // The counter itself is brought near its end: a thousand sign-ins would take a minute.
  await auth.service.database.statement(
    "update attempt_counters set attempts = 1000 where bucket like 'sign-in-start/ip/%'",
  );
  expect((await begin()).userErrors).toMatchObject([{ code: 'RATE_LIMITED' }]);
});

it('the sandbox vouches for nobody unless the operator allowed it, nor beside a vendor in earnest', async () => {
  const plain = await startAuth({ AUTH_SANDBOX_URL: sandbox.url });
  const earnest = await startAuth({
    AUTH_SANDBOX_URL: sandbox.url,
    AUTH_SANDBOX_SIGN_IN: 'true',
    AUTH_STRIPE_SECRET_KEY: 'sk_live_1',
    AUTH_STRIPE_WEBHOOK_SECRET: 'whsec_1',
  });
  try {
    for (const one of [plain, earnest]) {
      const input = { idToken: await idToken({ email: somebody() }) };
      const answer = await one.mutate(ANONYMOUS, 'sessionCreateByIdToken', input, SIGNED_IN);
      expect(answer.errors[0].extensions.code).toBe('UNSUPPORTED');
    }
  } finally {
    await plain.stop();
    await earnest.stop();
  }
});
