import { fromBinary } from '@bufbuild/protobuf';
import { newId } from '@switchboard/ids';
import { AuthService, InvitationCreatedSchema, Role } from '@switchboard/proto-schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';
import { codeOf, join, keyOf } from './people.ts';

const DAY_MS = 86_400_000;

let auth: TestAuth;
let people = 0;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

type Owner = Awaited<ReturnType<typeof signUp>>;

function newAddress(): string {
  people += 1;
  return `invited${people}@example.com`;
}

async function invite(owner: Owner, email = newAddress(), role = 'MEMBER') {
  const input = { email, firstName: 'Ben', role };
  const { invitation, userErrors, errors } = await auth.mutate(
    owner.actor,
    'invitationCreate',
    input,
    'invitation { id email status expiresAt }',
  );
  return { invitation, userErrors, errors, email };
}

async function mailOf(invitationId: string) {
  const mail = await auth.asker('mail');
  const challenge = { case: 'invitationId', value: invitationId } as const;
  return mail.ask(AuthService.method.mailContext, { challenge });
}

async function tokenOf(invitationId: string): Promise<string> {
  const { link } = await mailOf(invitationId);
  return link.slice(link.lastIndexOf('/') + 1);
}

const accept = (input: Record<string, unknown>, actor: Owner['actor'] | typeof ANONYMOUS = ANONYMOUS) =>
  auth.mutate(actor, 'invitationAccept', input, SIGNED_IN);

describe('an invitation', () => {
  it('reaches mail as address, names and link, and the API without its token', async () => {
    const owner = await signUp(auth, { name: 'Olga Owner', workspaceName: 'Olga & Co' });
    const { invitation, email } = await invite(owner, newAddress(), 'ADMIN');
    const context = await mailOf(invitation.id);
    expect(context).toMatchObject({
      template: 'invitation',
      recipientAddress: email,
      recipientName: 'Ben',
      workspaceId: owner.workspace.id,
      workspaceName: 'Olga & Co',
      inviterName: 'Olga Owner',
      role: Role.ADMIN,
    });
    expect(context.link).toMatch(/^http:\/\/switchboard\.test\/accept-invitation\/inv_\w{26}\.[\w-]{43}$/);
    const telephony = await auth.asker('telephony');
    const challenge = { case: 'invitationId', value: invitation.id } as const;
    await expect(telephony.ask(AuthService.method.mailContext, { challenge })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const { data } = await auth.graphql(
      owner.actor,
      '{ invitations { nodes { id email status invitedBy { id } } } }',
    );
    expect(data.invitations.nodes).toEqual([
      { id: invitation.id, email, status: 'PENDING', invitedBy: { id: owner.user.id } },
    ]);
  });

  it('makes the account of the invited address, once', async () => {
    const owner = await signUp(auth);
    const { invitation, email } = await invite(owner);
    const token = await tokenOf(invitation.id);
    const input = { token, name: 'Ben Born', password: 'a good password' };
    const answers = await Promise.all([accept(input), accept(input)]);
    const joined = answers.filter((answer) => answer.session);
    expect(joined).toHaveLength(1);
    expect(joined[0].user).toMatchObject({ email, name: 'Ben Born', isEmailVerified: true });
    const member = await auth.actorOf(joined[0].session.accessToken);
    expect(member).toMatchObject({ workspaceId: owner.workspace.id, role: 'MEMBER' });
    expect(member.scopes).not.toContain('workspace:admin');
    expect(member.scopes).toContain('mail:send');
    expect((await accept(input)).userErrors).toMatchObject([{ code: 'LINK_INVALID' }]);
    await expect(mailOf(invitation.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const refused = await auth.mutate(
      member,
      'invitationCreate',
      { email: newAddress(), role: 'MEMBER' },
      'invitation { id }',
    );
    expect(refused.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('expires after 7 days', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    const token = await tokenOf(invitation.id);
    auth.clock.advance(7 * DAY_MS);
    const late = await accept({ token, name: 'Late', password: 'a good password' });
    expect(late.userErrors).toMatchObject([{ code: 'LINK_INVALID' }]);
  });

  it('is replaced by a newer one to the same address', async () => {
    const owner = await signUp(auth);
    const first = await invite(owner);
    const token = await tokenOf(first.invitation.id);
    const second = await invite(owner, first.email.toUpperCase());
    expect((await accept({ token, name: 'Old', password: 'a good password' })).userErrors).toMatchObject([
      { code: 'LINK_INVALID' },
    ]);
    const { data } = await auth.graphql(owner.actor, '{ invitations { nodes { id status } } }');
    expect(data.invitations.nodes).toEqual([
      { id: second.invitation.id, status: 'PENDING' },
      { id: first.invitation.id, status: 'REVOKED' },
    ]);
  });

  it('is accepted by an existing account with its session or its password, never by another', async () => {
    const owner = await signUp(auth);
    const [guest, stranger] = [await signUp(auth), await signUp(auth)];
    const { invitation } = await invite(owner, guest.email);
    const token = await tokenOf(invitation.id);
    const code = async (...args: Parameters<typeof accept>) => (await accept(...args)).userErrors[0]?.code;
    expect(await code({ token }, stranger.actor)).toBe('INVITATION_FOR_ANOTHER_ADDRESS');
    expect(await code({ token })).toBe('PASSWORD_REQUIRED');
    expect(await code({ token, name: 'Thief', password: 'thiefs password' })).toBe('INVALID_CREDENTIALS');
    const joined = await accept({ token }, guest.actor);
    expect(joined).toMatchObject({ user: { id: guest.user.id }, workspace: { id: owner.workspace.id } });
    expect((await invite(owner, guest.email)).userErrors).toMatchObject([{ code: 'ALREADY_MEMBER' }]);

    const another = await invite(owner, stranger.email);
    const byPassword = await accept({
      token: await tokenOf(another.invitation.id),
      password: stranger.password,
    });
    expect(byPassword.user.id).toBe(stranger.user.id);
    const inSecond = await auth.mutate(
      ANONYMOUS,
      'sessionCreate',
      { email: guest.email, password: guest.password, workspaceId: owner.workspace.id },
      SIGNED_IN,
    );
    expect(await auth.actorOf(inSecond.session.accessToken)).toMatchObject({ role: 'MEMBER' });
  });

  it('gives no role above the inviter’s, and is nothing a test key may send', async () => {
    const owner = await signUp(auth);
    const admin = { ...owner, actor: { ...owner.actor, role: 'ADMIN' } };
    expect((await invite(admin, newAddress(), 'OWNER')).errors[0].extensions.code).toBe('FORBIDDEN');
    const test = { ...owner, actor: { ...owner.actor, mode: 'test' as const } };
    expect((await invite(test)).errors[0].extensions.code).toBe('FORBIDDEN');
  });
});

const resend = (actor: Owner['actor'], invitationId: string) =>
  auth.mutate(actor, 'invitationResend', { invitationId }, 'invitation { id status expiresAt }');
const revoke = (actor: Owner['actor'], invitationId: string) =>
  auth.mutate(actor, 'invitationRevoke', { invitationId }, 'invitation { id status }');
const showLink = (actor: Owner['actor'], invitationId: string) =>
  auth.mutate(actor, 'invitationLink', { invitationId }, 'url');
const typesSince = async (count: number) => (await auth.events()).slice(count).map((event) => event.type);
const newcomer = (token: string) => ({ token, name: 'Ben Born', password: 'a good password' });

describe('an invitation sent again', () => {
  it('has another link for another 7 days, and the one before is dead', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    const first = await tokenOf(invitation.id);
    auth.clock.advance(6 * DAY_MS);
    const { length } = await auth.events();
    const again = await resend(owner.actor, invitation.id);
    expect(again.invitation).toEqual({
      id: invitation.id,
      status: 'PENDING',
      expiresAt: new Date(auth.clock.now.getTime() + 7 * DAY_MS).toISOString(),
    });
    expect(await typesSince(length)).toEqual(['InvitationResent']);
    expect((await accept(newcomer(first))).userErrors).toMatchObject([{ code: 'LINK_INVALID' }]);
    auth.clock.advance(6 * DAY_MS);
    const second = await tokenOf(invitation.id);
    expect(second).not.toBe(first);
    const joined = await accept(newcomer(second));
    expect(joined.user.isEmailVerified).toBe(true);
    expect((await resend(owner.actor, invitation.id)).userErrors).toMatchObject([
      { code: 'INVITATION_ENDED', path: ['input', 'invitationId'] },
    ]);
  });

  it('is good again after it expired', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    auth.clock.advance(8 * DAY_MS);
    expect((await resend(owner.actor, invitation.id)).invitation.status).toBe('PENDING');
    expect((await accept(newcomer(await tokenOf(invitation.id)))).session).not.toBeNull();
  });

  it('is sent 5 times an hour at most, however many ask in parallel', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    const answers = await Promise.all(Array.from({ length: 8 }, () => resend(owner.actor, invitation.id)));
    expect(answers.filter((answer) => answer.invitation)).toHaveLength(5);
    const refused = answers.flatMap((answer) => answer.userErrors.map(({ code }: { code: string }) => code));
    expect(refused).toEqual(Array(3).fill('RATE_LIMITED'));
    auth.clock.advance(3_600_000);
    expect((await resend(owner.actor, invitation.id)).invitation).not.toBeNull();
  });
});

describe('an invitation taken back', () => {
  it('leads nowhere, cannot be sent again, and is taken back once', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    const token = await tokenOf(invitation.id);
    const { length } = await auth.events();
    expect((await revoke(owner.actor, invitation.id)).invitation.status).toBe('REVOKED');
    expect((await revoke(owner.actor, invitation.id)).invitation.status).toBe('REVOKED');
    expect(await typesSince(length)).toEqual(['InvitationRevoked']);
    expect((await accept(newcomer(token))).userErrors).toMatchObject([{ code: 'LINK_INVALID' }]);
    await expect(mailOf(invitation.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const answer of [
      await resend(owner.actor, invitation.id),
      await showLink(owner.actor, invitation.id),
    ]) {
      expect(answer.userErrors).toMatchObject([{ code: 'INVITATION_ENDED' }]);
    }
  });

  it('is not taken back once it is accepted', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    await accept(newcomer(await tokenOf(invitation.id)));
    expect((await revoke(owner.actor, invitation.id)).userErrors).toMatchObject([
      { code: 'INVITATION_ENDED' },
    ]);
  });

  it('is stated as well when a newer one to the address takes its place', async () => {
    const owner = await signUp(auth);
    const { email } = await invite(owner);
    const { length } = await auth.events();
    await invite(owner, email);
    expect(await typesSince(length)).toEqual(['InvitationRevoked', 'InvitationCreated']);
  });
});

describe('the link of an invitation', () => {
  it('is shown to administrators, who are recorded, and is the one in the mail', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    const { length } = await auth.events();
    const { url } = await showLink(owner.actor, invitation.id);
    expect(url).toBe((await mailOf(invitation.id)).link);
    expect(await typesSince(length)).toEqual(['InvitationLinkShown']);
    await resend(owner.actor, invitation.id);
    expect((await showLink(owner.actor, invitation.id)).url).toBe((await mailOf(invitation.id)).link);
    auth.clock.advance(7 * DAY_MS);
    expect((await showLink(owner.actor, invitation.id)).userErrors).toMatchObject([
      { code: 'INVITATION_ENDED' },
    ]);
  });

  it('proves no address once it was shown: the account is asked to verify it', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    const { url } = await showLink(owner.actor, invitation.id);
    const { length } = await auth.events();
    const joined = await accept(newcomer(url.slice(url.lastIndexOf('/') + 1)));
    expect(joined.user.isEmailVerified).toBe(false);
    const types = await typesSince(length);
    expect(types).toContain('EmailVerificationRequested');
    expect(types).not.toContain('EmailVerified');

    const guest = await signUp(auth);
    const another = await invite(owner, guest.email);
    await showLink(owner.actor, another.invitation.id);
    const entered = await accept({ token: await tokenOf(another.invitation.id) }, guest.actor);
    expect(entered.user.isEmailVerified).toBe(false);
  });

  it('proves the address again when it is another one, which nobody was shown', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    await showLink(owner.actor, invitation.id);
    await resend(owner.actor, invitation.id);
    const joined = await accept(newcomer(await tokenOf(invitation.id)));
    expect(joined.user.isEmailVerified).toBe(true);
  });

  it('is not shown to an agent, who could act as the person it makes', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    const agent = { ...keyOf(owner), kind: 'agent' as const, agentId: newId('agt') };
    const { length } = await auth.events();
    expect(codeOf(await showLink(agent, invitation.id))).toBe('FORBIDDEN');
    expect(await typesSince(length)).toEqual([]);
  });

  it('is handed over instead of mailed when the inviter says so', async () => {
    const owner = await signUp(auth);
    const created = async (input: object) => {
      await auth.mutate(
        owner.actor,
        'invitationCreate',
        { email: newAddress(), role: 'MEMBER', ...input },
        'invitation { id }',
      );
      const event = (await auth.events()).at(-1);
      return fromBinary(InvitationCreatedSchema, event?.payload ?? new Uint8Array()).handedOver;
    };
    expect(await created({ sendMail: false })).toBe(true);
    expect(await created({ sendMail: true })).toBe(false);
    expect(await created({})).toBe(false);
  });
});

describe('what is done with invitations', () => {
  const ACTS = [
    ['invitationResend', resend],
    ['invitationRevoke', revoke],
    ['invitationLink', showLink],
  ] as const;

  it.each(ACTS)('%s: is an administrator’s, and nothing for a test key', async (_name, act) => {
    const owner = await signUp(auth);
    const member = await join(auth, owner, 'MEMBER');
    const { invitation } = await invite(owner);
    expect(codeOf(await act(member.actor, invitation.id))).toBe('FORBIDDEN');
    expect(codeOf(await act(keyOf(owner, 'test'), invitation.id))).toBe('FORBIDDEN');
    expect(codeOf(await act(ANONYMOUS as unknown as Owner['actor'], invitation.id))).toBe('UNAUTHENTICATED');
    const admin = await join(auth, owner, 'ADMIN');
    expect((await act(admin.actor, invitation.id)).userErrors).toEqual([]);
    const second = await invite(owner);
    expect((await act(keyOf(owner), second.invitation.id)).userErrors).toEqual([]);
  });

  it.each(ACTS)('%s: answers alike for another workspace’s and an unknown one', async (_name, act) => {
    const [mine, theirs] = [await signUp(auth), await signUp(auth)];
    const { invitation } = await invite(theirs);
    const { length } = await auth.events();
    const [foreign, unknown] = [await act(mine.actor, invitation.id), await act(mine.actor, newId('inv'))];
    expect(codeOf(foreign)).toBe('NOT_FOUND');
    expect(foreign.errors[0].message).toBe(unknown.errors[0].message);
    expect(await typesSince(length)).toEqual([]);
  });
});

describe('another workspace', () => {
  it('is invisible in lists, references and mutations', async () => {
    const [mine, theirs] = [
      await signUp(auth),
      await signUp(auth, { name: 'Canary Person', workspaceName: 'Canary' }),
    ];
    const { invitation } = await invite(theirs);
    const key = await auth.mutate(
      theirs.actor,
      'apiKeyCreate',
      { name: 'Canary key', scopes: ['mail:read'] },
      'apiKey { id }',
    );
    const members = await auth.graphql(theirs.actor, '{ workspace { members { nodes { id } } } }');
    const representations = [
      { __typename: 'User', id: theirs.user.id },
      { __typename: 'Workspace', id: theirs.workspace.id },
      { __typename: 'Membership', id: members.data.workspace.members.nodes[0].id },
      { __typename: 'Invitation', id: invitation.id },
      { __typename: 'ApiKey', id: key.apiKey.id },
      { __typename: 'Connection', id: newId('con') },
    ];
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }`;
    const seen = await auth.graphql(mine.actor, query, { representations });
    expect(seen.data._entities).toEqual(representations.map(() => null));
    const own = await auth.graphql(theirs.actor, query, { representations });
    expect(own.data._entities.slice(0, 5)).not.toContain(null);
    const lists = await auth.graphql(
      mine.actor,
      '{ workspace { name members { nodes { user { name } } } } invitations { nodes { id } } apiKeys { nodes { id } } }',
    );
    expect(JSON.stringify(lists)).not.toContain('Canary');
    expect(lists.data).toMatchObject({ invitations: { nodes: [] }, apiKeys: { nodes: [] } });
    const revoke = await auth.mutate(
      mine.actor,
      'apiKeyRevoke',
      { apiKeyId: key.apiKey.id },
      'apiKey { id }',
    );
    expect(revoke.errors[0].extensions.code).toBe('NOT_FOUND');
  });
});
