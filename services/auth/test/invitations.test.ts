import { newId } from '@switchboard/ids';
import { AuthService, Role } from '@switchboard/proto-schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';

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
    expect((await invite(admin, newAddress(), 'OWNER')).userErrors).toMatchObject([
      { code: 'OWNER_BY_TRANSFER' },
    ]);
    const member = { ...owner, actor: { ...owner.actor, role: 'MEMBER' } };
    expect((await invite(member, newAddress(), 'ADMIN')).errors[0].extensions.code).toBe('FORBIDDEN');
    const test = { ...owner, actor: { ...owner.actor, mode: 'test' as const } };
    expect((await invite(test)).errors[0].extensions.code).toBe('FORBIDDEN');
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

describe('an open invitation', () => {
  const change = (owner: Owner, field: string, invitationId: string, selection: string) =>
    auth.mutate(owner.actor, field, { invitationId }, selection);
  const resend = (owner: Owner, id: string) =>
    change(owner, 'invitationResend', id, 'invitation { id status expiresAt }');
  const revoke = (owner: Owner, id: string) => change(owner, 'invitationRevoke', id, 'invitation { status }');
  const linkOf = (owner: Owner, id: string) => change(owner, 'invitationLink', id, 'url');
  const join = (token: string) => accept({ token, name: 'Ben', password: 'correct horse battery' });
  const codeOf = (answer: { userErrors: { code: string }[] }) => answer.userErrors[0]?.code;

  it('is sent again with another link, for another week, also after it expired', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    const before = await tokenOf(invitation.id);
    auth.clock.advance(8 * DAY_MS);
    const again = await resend(owner, invitation.id);
    expect(again.invitation).toMatchObject({ id: invitation.id, status: 'PENDING' });
    expect(new Date(again.invitation.expiresAt).getTime()).toBe(auth.clock.now.getTime() + 7 * DAY_MS);
    expect((await auth.events()).filter(({ type }) => type === 'InvitationResent')).toHaveLength(1);
    const after = await tokenOf(invitation.id);
    expect(after).not.toBe(before);
    expect(codeOf(await join(before))).toBe('LINK_INVALID');
    expect((await join(after)).session).not.toBeNull();
    expect(codeOf(await resend(owner, invitation.id))).toBe('INVITATION_OVER');
  });

  it('is sent five times an hour at most', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    for (let n = 0; n < 5; n += 1) expect((await resend(owner, invitation.id)).userErrors).toEqual([]);
    expect(codeOf(await resend(owner, invitation.id))).toBe('RATE_LIMITED');
  });

  it('that is taken back lets nobody in', async () => {
    const owner = await signUp(auth);
    const { invitation } = await invite(owner);
    const token = await tokenOf(invitation.id);
    expect((await revoke(owner, invitation.id)).invitation).toEqual({ status: 'REVOKED' });
    expect(codeOf(await join(token))).toBe('LINK_INVALID');
    for (const again of [revoke, resend, linkOf]) {
      expect(codeOf(await again(owner, invitation.id))).toBe('INVITATION_OVER');
    }
    await expect(mailOf(invitation.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('can be handed over as a link, and it is on record who looked', async () => {
    const owner = await signUp(auth);
    const input = { email: newAddress(), role: 'MEMBER', sendMail: false };
    const { invitation } = await auth.mutate(owner.actor, 'invitationCreate', input, 'invitation { id }');
    const { url } = await linkOf(owner, invitation.id);
    expect(url).toMatch(/^http:\/\/switchboard\.test\/accept-invitation\/inv_/);
    const seen = (await auth.events()).filter(
      ({ type, workspaceId }) => type === 'InvitationLinkShown' && workspaceId === owner.workspace.id,
    );
    expect(seen).toHaveLength(1);
    expect((await join(url.slice(url.lastIndexOf('/') + 1))).session).not.toBeNull();
  });

  it('is nobody else’s to change', async () => {
    const [owner, stranger] = [await signUp(auth), await signUp(auth)];
    const { invitation } = await invite(owner);
    for (const attempt of [resend, revoke, linkOf]) {
      const foreign = await attempt(stranger, invitation.id);
      expect(foreign.errors[0].extensions.code).toBe('NOT_FOUND');
    }
    const member = { ...owner, actor: { ...owner.actor, role: 'MEMBER', scopes: ['mail:read'] } };
    for (const attempt of [resend, revoke, linkOf]) {
      expect((await attempt(member, invitation.id)).errors[0].extensions.code).toBe('FORBIDDEN');
    }
  });
});
