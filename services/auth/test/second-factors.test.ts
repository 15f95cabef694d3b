import type { WorkspaceActor } from '@switchboard/identity';
import { AuthService } from '@switchboard/proto-schemas';
import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

type Person = Awaited<ReturnType<typeof signUp>>;
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
type Loose = any;

const HOUR_MS = 3_600_000;
const PHONE = '+41791234567';
const CHALLENGE = 'challenge { token methods expiresAt }';

const codeOf = (secret: string) =>
  generateSync({ secret, epoch: Math.floor(auth.clock.now.getTime() / 1_000) });
const mutation = (actor: WorkspaceActor, field: string, selection: string) =>
  auth
    .graphql(actor, `mutation { ${field} { ${selection} userErrors { code } } }`)
    .then(({ data, errors }) => ({
      ...data?.[field],
      errors,
    }));
const start = (actor: WorkspaceActor) => mutation(actor, 'secondFactorStart', 'secret otpauthUrl');
const confirm = (actor: WorkspaceActor, code: string) =>
  auth.mutate(actor, 'secondFactorConfirm', { code }, 'recoveryCodes');
const signIn = ({ email, password }: Person, ip?: string) =>
  auth.mutate(ANONYMOUS, 'sessionCreate', { email, password }, `${SIGNED_IN} ${CHALLENGE}`, ip);
const answer = (challengeToken: string, method: string, code: string, ip?: string) =>
  auth.mutate(ANONYMOUS, 'sessionCreateByCode', { challengeToken, method, code }, SIGNED_IN, ip);
const firstCode = (payload: Loose) => payload.userErrors?.[0]?.code;
const status = async (actor: WorkspaceActor) =>
  (await auth.graphql(actor, '{ viewer { secondFactor { methods recoveryCodesLeft } } }')).data.viewer
    .secondFactor;

/** Somebody with an authenticator app. The time moves on, so that the next code is another one. */
async function withTotp(): Promise<{ person: Person; secret: string; recoveryCodes: string[] }> {
  const person = await signUp(auth);
  const { secret } = await start(person.actor);
  const { recoveryCodes } = await confirm(person.actor, codeOf(secret));
  auth.clock.advance(60_000);
  return { person, secret, recoveryCodes };
}

const sms = async (challengeId: string) =>
  (await auth.asker('telephony')).ask(AuthService.method.smsContext, { challengeId });
/** The challenge that a code was last asked for, as telephony learns of it. */
async function lastChallenge(): Promise<string> {
  const asked = (await auth.events()).filter(({ type }) => type === 'SignInCodeRequested');
  const text = Buffer.from(asked.at(-1)?.payload ?? []).toString('latin1');
  return /fch_[0-9A-Z]{26}/.exec(text)?.[0] ?? '';
}
const sentCode = async () => (await sms(await lastChallenge())).text.slice(0, 6);

async function withSms(): Promise<{ person: Person; recoveryCodes: string[] }> {
  const person = await signUp(auth);
  const { challengeToken } = await auth.mutate(
    person.actor,
    'secondFactorSmsStart',
    { phoneNumber: PHONE },
    'challengeToken',
  );
  const { recoveryCodes } = await auth.mutate(
    person.actor,
    'secondFactorSmsConfirm',
    { challengeToken, code: await sentCode() },
    'recoveryCodes',
  );
  return { person, recoveryCodes };
}

describe('an authenticator app', () => {
  it('is on once a code of it was shown, and gives ten recovery codes', async () => {
    const { actor, email } = await signUp(auth);
    const { secret, otpauthUrl } = await start(actor);
    expect(otpauthUrl).toContain(encodeURIComponent(email));
    expect(await status(actor)).toEqual({ methods: [], recoveryCodesLeft: 0 });
    expect(firstCode(await confirm(actor, '000000'))).toBe('CODE_INVALID');
    const { recoveryCodes } = await confirm(actor, codeOf(secret));
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(await status(actor)).toEqual({ methods: ['TOTP'], recoveryCodesLeft: 10 });
    expect(firstCode(await start(actor))).toBe('FACTOR_ON');
    expect(firstCode(await confirm(actor, codeOf(secret)))).toBe('FACTOR_NOT_STARTED');
  });

  it('lets nobody in by the password alone, and in with the code', async () => {
    const { person, secret } = await withTotp();
    const first = await signIn(person);
    expect(first).toMatchObject({ user: null, workspace: null, session: null });
    expect(first.challenge.methods).toEqual(['TOTP', 'RECOVERY_CODE']);
    const second = await answer(first.challenge.token, 'TOTP', codeOf(secret));
    expect(second.user.id).toBe(person.user.id);
    expect(second.session).not.toBeNull();
  });

  it('accepts the right code once: not at the same sign-in, not at another', async () => {
    const { person, secret } = await withTotp();
    const code = codeOf(secret);
    const [one, two] = [(await signIn(person)).challenge.token, (await signIn(person)).challenge.token];
    expect((await answer(one, 'TOTP', code)).session).not.toBeNull();
    expect(firstCode(await answer(one, 'TOTP', code))).toBe('CHALLENGE_OVER');
    expect(firstCode(await answer(two, 'TOTP', code))).toBe('CODE_INVALID');
    auth.clock.advance(30_000);
    expect((await answer(two, 'TOTP', codeOf(secret))).session).not.toBeNull();
  });

  it('accepts one of many who bring the right code at the same moment', async () => {
    const { person, secret } = await withTotp();
    const tokens = await Promise.all(
      Array.from({ length: 4 }, async () => (await signIn(person)).challenge.token),
    );
    const code = codeOf(secret);
    const answers = await Promise.all(tokens.map((token) => answer(token, 'TOTP', code)));
    expect(answers.filter(({ session }) => session)).toHaveLength(1);
  });

  it('compares at most five of 100 parallel guesses', async () => {
    const { person, secret } = await withTotp();
    const { token } = (await signIn(person)).challenge;
    const right = codeOf(secret);
    const guesses = Array.from({ length: 100 }, (_, n) =>
      String((Number(right) + 1 + n) % 1_000_000).padStart(6, '0'),
    );
    const answers = await Promise.all(guesses.map((code) => answer(token, 'TOTP', code)));
    const codes = answers.map(firstCode);
    expect(codes.filter((code) => code === 'CODE_INVALID').length).toBeLessThanOrEqual(5);
    expect(codes.filter((code) => code === 'CHALLENGE_OVER')).toHaveLength(
      100 - codes.filter((code) => code === 'CODE_INVALID').length,
    );
    expect(firstCode(await answer(token, 'TOTP', right))).toBe('CHALLENGE_OVER');
  });

  it('is guessed at ten times an hour at most, over all sign-ins, and from one network address', async () => {
    const { person, secret } = await withTotp();
    const wrong = String((Number(codeOf(secret)) + 1) % 1_000_000).padStart(6, '0');
    const tries: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { token } = (await signIn(person)).challenge;
      for (let n = 0; n < 4; n += 1) tries.push(firstCode(await answer(token, 'TOTP', wrong)));
    }
    expect(tries).toEqual([...Array(10).fill('CODE_INVALID'), ...Array(2).fill('RATE_LIMITED')]);
    const { token } = (await signIn(person)).challenge;
    expect(firstCode(await answer(token, 'TOTP', codeOf(secret)))).toBe('RATE_LIMITED');
    auth.clock.advance(HOUR_MS + 1_000);
    const later = (await signIn(person)).challenge.token;
    expect((await answer(later, 'TOTP', codeOf(secret))).session).not.toBeNull();

    const ip = '203.0.113.77';
    const byAddress: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      const other = await withTotp();
      const asked = (await signIn(other.person)).challenge.token;
      for (let tried = 0; tried < 3; tried += 1)
        byAddress.push(firstCode(await answer(asked, 'TOTP', '000000', ip)));
    }
    expect(byAddress.slice(10)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  });

  it('asks within ten minutes', async () => {
    const { person, secret } = await withTotp();
    const { token } = (await signIn(person)).challenge;
    auth.clock.advance(10 * 60_000 + 1);
    expect(firstCode(await answer(token, 'TOTP', codeOf(secret)))).toBe('CHALLENGE_OVER');
    expect(firstCode(await answer('nonsense', 'TOTP', codeOf(secret)))).toBe('CHALLENGE_OVER');
  });

  it('is turned off by who can still show it, and only then', async () => {
    const { person, secret, recoveryCodes } = await withTotp();
    const disable = (method: string, code: string) =>
      auth.mutate(
        person.actor,
        'secondFactorDisable',
        { factor: 'TOTP', method, code },
        'secondFactor { methods recoveryCodesLeft }',
      );
    expect(firstCode(await disable('TOTP', '000000'))).toBe('CODE_INVALID');
    expect(firstCode(await disable('SMS', '000000'))).toBe('CODE_INVALID');
    expect((await status(person.actor)).methods).toEqual(['TOTP']);
    expect((await disable('TOTP', codeOf(secret))).secondFactor).toEqual({
      methods: [],
      recoveryCodesLeft: 0,
    });
    expect((await signIn(person)).session).not.toBeNull();
    expect((await disable('TOTP', codeOf(secret))).errors[0].extensions.code).toBe('NOT_FOUND');
    const again = await start(person.actor);
    auth.clock.advance(30_000);
    await confirm(person.actor, codeOf(again.secret));
    const { token } = (await signIn(person)).challenge;
    expect(firstCode(await answer(token, 'RECOVERY_CODE', recoveryCodes[0] ?? ''))).toBe('CODE_INVALID');
  });
});

describe('a recovery code', () => {
  it('gets in once, however it is typed, and tells how many are left', async () => {
    const { person, recoveryCodes } = await withTotp();
    const [code = ''] = recoveryCodes;
    const enter = async (typed: string) =>
      answer((await signIn(person)).challenge.token, 'RECOVERY_CODE', typed);
    expect((await enter(code.toUpperCase().replaceAll('-', ' '))).session).not.toBeNull();
    expect(firstCode(await enter(code))).toBe('CODE_INVALID');
    expect((await status(person.actor)).recoveryCodesLeft).toBe(9);
    expect((await auth.events()).some(({ type }) => type === 'RecoveryCodeUsed')).toBe(true);
  });

  it('gets in once for many at the same moment, and for its own user only', async () => {
    const [mine, other] = [await withTotp(), await withTotp()];
    const [code = ''] = mine.recoveryCodes;
    const foreign = (await signIn(other.person)).challenge.token;
    expect(firstCode(await answer(foreign, 'RECOVERY_CODE', code))).toBe('CODE_INVALID');
    const tokens = await Promise.all(
      Array.from({ length: 4 }, async () => (await signIn(mine.person)).challenge.token),
    );
    const answers = await Promise.all(tokens.map((token) => answer(token, 'RECOVERY_CODE', code)));
    expect(answers.filter(({ session }) => session)).toHaveLength(1);
  });

  it('is replaced by new ones', async () => {
    const { person, secret, recoveryCodes } = await withTotp();
    const renewed = await auth.mutate(
      person.actor,
      'recoveryCodesRenew',
      { method: 'TOTP', code: codeOf(secret) },
      'recoveryCodes',
    );
    expect(renewed.recoveryCodes).toHaveLength(10);
    const enter = async (code: string) =>
      answer((await signIn(person)).challenge.token, 'RECOVERY_CODE', code);
    expect(firstCode(await enter(recoveryCodes[0] ?? ''))).toBe('CODE_INVALID');
    expect((await enter(renewed.recoveryCodes[0])).session).not.toBeNull();
  });
});

describe('a code by SMS', () => {
  it('is texted to the number that was proven, and gets in', async () => {
    const { person, recoveryCodes } = await withSms();
    expect(recoveryCodes).toHaveLength(10);
    const { challenge } = await signIn(person);
    expect(challenge.methods).toEqual(['SMS', 'RECOVERY_CODE']);
    const none = await answer(challenge.token, 'SMS', '000000');
    expect(firstCode(none)).toBe('CODE_INVALID');
    const sent = await auth.mutate(
      ANONYMOUS,
      'sessionSendCode',
      { challengeToken: challenge.token },
      'accepted',
    );
    expect(sent.accepted).toBe(true);
    const context = await sms(await lastChallenge());
    expect(context.phoneNumber).toBe(PHONE);
    expect((await answer(challenge.token, 'SMS', context.text.slice(0, 6))).session).not.toBeNull();
    await expect(sms(await lastChallenge())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that was sent before another one does not work', async () => {
    const { person } = await withSms();
    const { token } = (await signIn(person)).challenge;
    const send = () => auth.mutate(ANONYMOUS, 'sessionSendCode', { challengeToken: token }, 'accepted');
    await send();
    const before = await sentCode();
    await send();
    const now = await sentCode();
    if (before !== now) expect(firstCode(await answer(token, 'SMS', before))).toBe('CODE_INVALID');
    expect((await answer(token, 'SMS', now)).session).not.toBeNull();
  });

  it('is texted five times an hour at most', async () => {
    const { person } = await withSms();
    const { token } = (await signIn(person)).challenge;
    const send = async () =>
      firstCode(await auth.mutate(ANONYMOUS, 'sessionSendCode', { challengeToken: token }, 'accepted'));
    const answers: (string | undefined)[] = [];
    for (let n = 0; n < 5; n += 1) answers.push(await send());
    // One was sent to set it up.
    expect(answers).toEqual([undefined, undefined, undefined, undefined, 'RATE_LIMITED']);
  });

  it.each(['+19005550100', '+448712345678', '+14155550', '+80012345678'])(
    'goes to no premium, shared or made-up number: %s',
    async (phoneNumber) => {
      const { actor } = await signUp(auth);
      const { userErrors, errors } = await auth.mutate(
        actor,
        'secondFactorSmsStart',
        { phoneNumber },
        'challengeToken',
      );
      expect(userErrors?.[0]?.code ?? errors?.[0]?.extensions.code).toMatch(
        /PHONE_NUMBER_NOT_MOBILE|BAD_USER_INPUT/,
      );
    },
  );

  it('is for telephony alone', async () => {
    await withSms();
    const challengeId = await lastChallenge();
    for (const service of ['mail', 'billing']) {
      const asker = await auth.asker(service);
      await expect(asker.ask(AuthService.method.smsContext, { challengeId })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    }
  });

  it('cannot be set up with another one’s challenge', async () => {
    const [one, two] = [await signUp(auth), await signUp(auth)];
    const begin = async (person: Person) =>
      (await auth.mutate(person.actor, 'secondFactorSmsStart', { phoneNumber: PHONE }, 'challengeToken'))
        .challengeToken;
    const token = await begin(one);
    const code = await sentCode();
    await begin(two);
    const stolen = await auth.mutate(
      two.actor,
      'secondFactorSmsConfirm',
      { challengeToken: token, code },
      'recoveryCodes',
    );
    expect(firstCode(stolen)).toBe('CODE_INVALID');
  });
});

describe('no way around a second factor', () => {
  it('leads over an invitation accepted by password', async () => {
    const { person } = await withTotp();
    const owner = await signUp(auth);
    const { invitation } = await auth.mutate(
      owner.actor,
      'invitationCreate',
      { email: person.email, role: 'MEMBER' },
      'invitation { id }',
    );
    const challenge = { case: 'invitationId', value: invitation.id } as const;
    const { link } = await (await auth.asker('mail')).ask(AuthService.method.mailContext, { challenge });
    const token = link.slice(link.lastIndexOf('/') + 1);
    const accept = (actor: WorkspaceActor | typeof ANONYMOUS, password?: string) =>
      auth.mutate(actor, 'invitationAccept', { token, password }, SIGNED_IN);
    expect(firstCode(await accept(ANONYMOUS, person.password))).toBe('SECOND_FACTOR_REQUIRED');
    expect((await accept(person.actor)).session).not.toBeNull();
  });

  it('leads over a sign-in that was half done when the password was replaced', async () => {
    const { person, secret } = await withTotp();
    const { token } = (await signIn(person)).challenge;
    await auth.mutate(ANONYMOUS, 'passwordResetRequest', { email: person.email }, 'accepted');
    const asked = (await auth.events()).filter(({ type }) => type === 'PasswordResetRequested').at(-1);
    const resetId = /rst_[0-9A-Z]{26}/.exec(Buffer.from(asked?.payload ?? []).toString('latin1'))?.[0] ?? '';
    const { link } = await (await auth.asker('mail')).ask(AuthService.method.mailContext, {
      challenge: { case: 'resetId', value: resetId },
    });
    const reset = { token: link.slice(link.lastIndexOf('/') + 1), password: 'another horse battery' };
    await auth.mutate(ANONYMOUS, 'passwordReset', reset, 'user { id }');
    expect(firstCode(await answer(token, 'TOTP', codeOf(secret)))).toBe('CHALLENGE_OVER');
  });

  it('leads over a workspace that is handed away', async () => {
    const { person, recoveryCodes } = await withTotp();
    const { actor, password } = person;
    const member = await signUp(auth);
    const { invitation } = await auth.mutate(
      actor,
      'invitationCreate',
      { email: member.email, role: 'MEMBER' },
      'invitation { id }',
    );
    const challenge = { case: 'invitationId', value: invitation.id } as const;
    const { link } = await (await auth.asker('mail')).ask(AuthService.method.mailContext, { challenge });
    await auth.mutate(
      member.actor,
      'invitationAccept',
      { token: link.slice(link.lastIndexOf('/') + 1) },
      SIGNED_IN,
    );
    const transfer = (more: object) =>
      auth.mutate(
        actor,
        'workspaceTransfer',
        { userId: member.user.id, password, ...more },
        'workspace { id }',
      );
    expect(firstCode(await transfer({}))).toBe('SECOND_FACTOR_REQUIRED');
    expect(firstCode(await transfer({ method: 'TOTP', code: '000000' }))).toBe('CODE_INVALID');
    const [code] = recoveryCodes;
    expect((await transfer({ method: 'RECOVERY_CODE', code })).workspace.id).toBe(person.workspace.id);
  });

  it('leads over what the database holds', async () => {
    const { secret, recoveryCodes } = await withTotp();
    await withSms();
    const tables = ['second_factors', 'recovery_codes', 'factor_challenges', 'outbox'];
    for (const table of tables) {
      const rows = await auth.service.database.statement<{ everything: string }>(
        `select json_agg(t)::text as everything from ${table} t`,
      );
      const text = JSON.stringify(rows);
      for (const value of [secret, PHONE, ...recoveryCodes]) expect(text).not.toContain(value);
    }
  });

  it('is open to an API key', async () => {
    const { actor } = await signUp(auth);
    const key = {
      kind: 'apiKey',
      workspaceId: actor.workspaceId,
      scopes: ['workspace:admin'],
      mode: 'live',
    } as const;
    const refused = await start({ ...key, apiKeyId: 'key_1' });
    expect(refused.errors[0].extensions.code).toBe('FORBIDDEN');
  });
});
