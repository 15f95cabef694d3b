import { fromBinary } from '@bufbuild/protobuf';
import { newId } from '@switchboard/ids';
import {
  AuthService,
  ConnectionDeletedSchema,
  MembershipRemovedSchema,
  MembershipUpdatedSchema,
  Role,
  SessionRevocationReason,
  SessionRevokedSchema,
  WorkspaceTransferredSchema,
} from '@switchboard/proto-schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, SIGNED_IN, signUp, startAuth, type TestAuth } from './harness.ts';
import { codeOf, join, keyOf, linkOf, membershipIdOf, membersOf, type Person } from './people.ts';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

type Actor = Person['actor'];

const update = (actor: Actor, membershipId: string, role: string) =>
  auth.mutate(actor, 'membershipUpdate', { membershipId, role }, 'membership { id role user { id } }');
const remove = (actor: Actor, membershipId: string) =>
  auth.mutate(actor, 'membershipRemove', { membershipId }, 'membershipId');
const transfer = (actor: Actor, userId: string, password?: string) =>
  auth.mutate(
    actor,
    'workspaceTransfer',
    { userId, password },
    'workspace { id } session { accessToken refreshToken }',
  );
const isOpen = async (sessionId = '') => {
  const gateway = await auth.asker('gateway');
  return (await gateway.ask(AuthService.method.checkSession, { sessionId })).active;
};
const signIn = async (person: Person, workspaceId: string) => {
  const input = { email: person.email, password: person.password, workspaceId };
  return auth.mutate(ANONYMOUS, 'sessionCreate', input, SIGNED_IN);
};
const revocationOf = async (sessionId = '') => {
  const events = (await auth.events()).filter((event) => event.type === 'SessionRevoked');
  const payloads = events.map((event) => fromBinary(SessionRevokedSchema, event.payload));
  return payloads.find((payload) => payload.sessionId === sessionId)?.reason;
};
const last = async (type: string) => {
  const event = (await auth.events()).filter((each) => each.type === type).at(-1);
  return event?.payload ?? new Uint8Array();
};

describe('a member’s role', () => {
  it('is changed by owner and administrator, and acts at once: the sessions there end', async () => {
    const owner = await signUp(auth);
    const [admin, member] = [await join(auth, owner, 'ADMIN'), await join(auth, owner, 'MEMBER')];
    const { membership } = await update(admin.actor, member.membershipId, 'ADMIN');
    expect(membership).toEqual({ id: member.membershipId, role: 'ADMIN', user: { id: member.user.id } });
    expect(fromBinary(MembershipUpdatedSchema, await last('MembershipUpdated'))).toMatchObject({
      membershipId: member.membershipId,
      userId: member.user.id,
      role: Role.ADMIN,
      previousRole: Role.MEMBER,
    });
    expect(await isOpen(member.actor.sessionId)).toBe(false);
    expect(await revocationOf(member.actor.sessionId)).toBe(SessionRevocationReason.ROLE_CHANGED);
    const refreshed = await auth.mutate(
      ANONYMOUS,
      'sessionRefresh',
      { refreshToken: member.session.refreshToken },
      'session { accessToken }',
    );
    expect(codeOf(refreshed)).toBe('UNAUTHENTICATED');
    const again = await signIn(member, owner.workspace.id);
    const promoted = await auth.actorOf(again.session.accessToken);
    expect(promoted.scopes).toContain('workspace:admin');
    expect((await update(owner.actor, admin.membershipId, 'MEMBER')).membership.role).toBe('MEMBER');
    expect(await isOpen(owner.actor.sessionId)).toBe(true);
    expect(await isOpen(promoted.sessionId)).toBe(true);
  });

  it('stays, and its sessions too, when it is set to what it is', async () => {
    const owner = await signUp(auth);
    const member = await join(auth, owner, 'MEMBER');
    expect((await update(owner.actor, member.membershipId, 'MEMBER')).membership.role).toBe('MEMBER');
    expect(await isOpen(member.actor.sessionId)).toBe(true);
  });

  it('leaves sessions in the user’s other workspaces alone', async () => {
    const owner = await signUp(auth);
    const person = await signUp(auth);
    const { invitation } = await auth.mutate(
      owner.actor,
      'invitationCreate',
      { email: person.email, role: 'MEMBER' },
      'invitation { id }',
    );
    const { token } = await linkOf(auth, invitation.id);
    await auth.mutate(person.actor, 'invitationAccept', { token }, SIGNED_IN);
    const membershipId = await membershipIdOf(auth, owner.actor, person.user.id);
    await update(owner.actor, membershipId, 'ADMIN');
    await remove(owner.actor, membershipId);
    expect(await isOpen(person.actor.sessionId)).toBe(true);
  });

  it('never makes or unmakes an owner', async () => {
    const owner = await signUp(auth);
    const [admin, member] = [await join(auth, owner, 'ADMIN'), await join(auth, owner, 'MEMBER')];
    const ownerMembership = await membershipIdOf(auth, owner.actor);
    for (const [actor, membershipId, role] of [
      [owner.actor, member.membershipId, 'OWNER'],
      [admin.actor, admin.membershipId, 'OWNER'],
      [keyOf(owner), member.membershipId, 'OWNER'],
      [owner.actor, ownerMembership, 'ADMIN'],
      [admin.actor, ownerMembership, 'MEMBER'],
    ] as const) {
      const { membership, userErrors } = await update(actor, membershipId, role);
      expect({ membership, userErrors }).toMatchObject({
        membership: null,
        userErrors: [{ code: 'OWNER_MUST_TRANSFER' }],
      });
    }
    const invitation = { email: 'second-owner@example.com', role: 'OWNER' };
    const invited = await auth.mutate(owner.actor, 'invitationCreate', invitation, 'invitation { id }');
    expect(invited.userErrors).toMatchObject([{ code: 'OWNER_MUST_TRANSFER' }]);
  });

  it('is nothing for members, test keys, and administrators who are no longer that', async () => {
    const owner = await signUp(auth);
    const [admin, member] = [await join(auth, owner, 'ADMIN'), await join(auth, owner, 'MEMBER')];
    expect(codeOf(await update(member.actor, admin.membershipId, 'MEMBER'))).toBe('FORBIDDEN');
    expect(codeOf(await update(keyOf(owner, 'test'), admin.membershipId, 'MEMBER'))).toBe('FORBIDDEN');
    expect((await update(keyOf(owner), admin.membershipId, 'MEMBER')).membership.role).toBe('MEMBER');
    // The token in hand still names the role before.
    expect(codeOf(await update(admin.actor, member.membershipId, 'ADMIN'))).toBe('FORBIDDEN');
    expect(codeOf(await remove(admin.actor, member.membershipId))).toBe('FORBIDDEN');
  });

  it('answers alike for another workspace’s membership and an unknown one', async () => {
    const [mine, theirs] = [await signUp(auth), await signUp(auth)];
    const foreign = await join(auth, theirs, 'MEMBER');
    for (const change of [
      (id: string) => update(mine.actor, id, 'ADMIN'),
      (id: string) => remove(mine.actor, id),
    ]) {
      const [known, unknown] = [await change(foreign.membershipId), await change(newId('mbr'))];
      expect(codeOf(known)).toBe('NOT_FOUND');
      expect(known.errors[0].message).toBe(unknown.errors[0].message);
    }
    expect(await membersOf(auth, theirs.actor)).toHaveLength(2);
  });
});

describe('removing a member', () => {
  it('ends their sessions and personal connections there, and keeps API keys and the workspace’s connections', async () => {
    const owner = await signUp(auth);
    const admin = await join(auth, owner, 'ADMIN');
    const telephony = await auth.asker('telephony');
    const own = async ({ user }: Person) => {
      const secrets = {
        accountSid: `AC${'7'.repeat(32)}`,
        authToken: 'a'.repeat(32),
        phoneNumber: '+14155550123',
      };
      const owned = {
        workspaceId: owner.workspace.id,
        userId: user.id,
        vendor: 'twilio',
        name: 'Mine',
        secrets,
      };
      return (await telephony.ask(AuthService.method.storeCredential, owned)).connectionId;
    };
    const secrets = [
      { name: 'secretKey', value: 'sk_test_own' },
      { name: 'webhookSecret', value: 'whsec_own' },
    ];
    const ours = { vendor: 'STRIPE', name: 'Ours', secrets };
    const shared = await auth.mutate(admin.actor, 'connectionCreate', ours, 'connection { id }');
    const personal = await own(admin);
    const ownersOwn = await own(owner);
    const key = await auth.mutate(
      admin.actor,
      'apiKeyCreate',
      { name: 'Partner', scopes: ['mail:read'] },
      'apiKey { id } secret',
    );
    expect(await remove(owner.actor, admin.membershipId)).toMatchObject({
      membershipId: admin.membershipId,
      userErrors: [],
    });
    expect(await isOpen(admin.actor.sessionId)).toBe(false);
    expect(await revocationOf(admin.actor.sessionId)).toBe(SessionRevocationReason.MEMBERSHIP_REMOVED);
    expect(fromBinary(MembershipRemovedSchema, await last('MembershipRemoved'))).toMatchObject({
      membershipId: admin.membershipId,
      userId: admin.user.id,
    });
    const rows = await auth.service.database.read({ system: true }, (em) =>
      em.execute<{ id: string }[]>('select id from connections where workspace_id = ? order by id', [
        owner.workspace.id,
      ]),
    );
    expect(rows.map((row) => row.id)).toEqual([shared.connection.id, ownersOwn]);
    expect(fromBinary(ConnectionDeletedSchema, await last('ConnectionDeleted')).connectionId).toBe(personal);
    const gateway = await auth.asker('gateway');
    const request = { secret: key.secret, clientIp: '' };
    expect((await gateway.ask(AuthService.method.verifyApiKey, request)).found).toBe(true);
    // A token outlives its session by minutes.
    expect(codeOf(await auth.mutate(admin.actor, 'connectionCreate', ours, 'connection { id }'))).toBe(
      'FORBIDDEN',
    );
    expect((await signIn(admin, owner.workspace.id)).userErrors).toMatchObject([{ code: 'NOT_A_MEMBER' }]);
    expect(codeOf(await remove(owner.actor, admin.membershipId))).toBe('NOT_FOUND');
  });

  it('is leaving when it is one’s own, and takes an administrator otherwise', async () => {
    const owner = await signUp(auth);
    const [admin, member] = [await join(auth, owner, 'ADMIN'), await join(auth, owner, 'MEMBER')];
    expect(codeOf(await remove(member.actor, admin.membershipId))).toBe('FORBIDDEN');
    expect(codeOf(await remove(keyOf(member), admin.membershipId))).toBe('FORBIDDEN');
    expect(codeOf(await remove(keyOf(owner, 'test'), member.membershipId))).toBe('FORBIDDEN');
    expect((await remove(member.actor, member.membershipId)).membershipId).toBe(member.membershipId);
    expect(await isOpen(member.actor.sessionId)).toBe(false);
    expect((await remove(keyOf(owner), admin.membershipId)).membershipId).toBe(admin.membershipId);
    expect(await membersOf(auth, owner.actor)).toHaveLength(1);
  });

  it('never removes the owner, who cannot leave either', async () => {
    const owner = await signUp(auth);
    const admin = await join(auth, owner, 'ADMIN');
    const membershipId = await membershipIdOf(auth, owner.actor);
    for (const actor of [owner.actor, admin.actor, keyOf(owner)]) {
      expect((await remove(actor, membershipId)).userErrors).toMatchObject([{ code: 'OWNER_MUST_TRANSFER' }]);
    }
    expect(await isOpen(owner.actor.sessionId)).toBe(true);
  });

  it('lets them come back by another invitation', async () => {
    const owner = await signUp(auth);
    const member = await join(auth, owner, 'MEMBER');
    await remove(owner.actor, member.membershipId);
    const { invitation } = await auth.mutate(
      owner.actor,
      'invitationCreate',
      { email: member.email, role: 'ADMIN' },
      'invitation { id status }',
    );
    expect(invitation.status).toBe('PENDING');
  });
});

describe('transferring a workspace', () => {
  it('makes the other member the owner and the owner an administrator, who goes on in a new session', async () => {
    const owner = await signUp(auth);
    const member = await join(auth, owner, 'MEMBER');
    const { workspace, session } = await transfer(owner.actor, member.user.id, owner.password);
    expect(workspace.id).toBe(owner.workspace.id);
    const admin = await auth.actorOf(session.accessToken);
    expect(admin).toMatchObject({ role: 'ADMIN', workspaceId: owner.workspace.id });
    expect(await isOpen(admin.sessionId)).toBe(true);
    expect(await isOpen(owner.actor.sessionId)).toBe(false);
    expect(await isOpen(member.actor.sessionId)).toBe(false);
    const again = await auth.actorOf((await signIn(member, owner.workspace.id)).session.accessToken);
    expect(again.role).toBe('OWNER');
    const roles = new Map((await membersOf(auth, admin)).map(({ userId, role }) => [userId, role]));
    expect(Object.fromEntries(roles)).toEqual({ [owner.user.id]: 'ADMIN', [member.user.id]: 'OWNER' });
    expect(fromBinary(WorkspaceTransferredSchema, await last('WorkspaceTransferred'))).toMatchObject({
      workspaceId: owner.workspace.id,
      fromUserId: owner.user.id,
      toUserId: member.user.id,
    });
    const membershipId = await membershipIdOf(auth, admin, owner.user.id);
    expect((await remove(admin, membershipId)).membershipId).toBe(membershipId);
  });

  it('takes the owner’s password', async () => {
    const owner = await signUp(auth);
    const member = await join(auth, owner, 'MEMBER');
    expect((await transfer(owner.actor, member.user.id)).userErrors).toMatchObject([
      { code: 'PASSWORD_REQUIRED', path: ['input', 'password'] },
    ]);
    expect((await transfer(owner.actor, member.user.id, 'a wrong guess')).userErrors).toMatchObject([
      { code: 'INVALID_CREDENTIALS' },
    ]);
    expect((await transfer(owner.actor, owner.user.id, owner.password)).userErrors).toMatchObject([
      { code: 'ALREADY_OWNER' },
    ]);
    expect(await isOpen(member.actor.sessionId)).toBe(true);
  });

  it('is the owner’s alone, to a member alone', async () => {
    const [owner, other] = [await signUp(auth), await signUp(auth)];
    const admin = await join(auth, owner, 'ADMIN');
    expect(codeOf(await transfer(admin.actor, admin.user.id, admin.password))).toBe('FORBIDDEN');
    expect(codeOf(await transfer(keyOf(owner), admin.user.id, owner.password))).toBe('FORBIDDEN');
    const [foreign, unknown] = [
      await transfer(owner.actor, other.user.id, owner.password),
      await transfer(owner.actor, newId('usr'), owner.password),
    ];
    expect(codeOf(foreign)).toBe('NOT_FOUND');
    expect(foreign.errors[0].message).toBe(unknown.errors[0].message);
  });

  it('happens once when it is asked for twice at the same moment', async () => {
    const owner = await signUp(auth);
    const [one, two] = [await join(auth, owner, 'MEMBER'), await join(auth, owner, 'ADMIN')];
    const answers = await Promise.all(
      [one, two].map((person) => transfer(owner.actor, person.user.id, owner.password)),
    );
    expect(answers.filter((answer) => answer.session)).toHaveLength(1);
    expect(answers.map(codeOf).filter(Boolean)).toEqual(['FORBIDDEN']);
    const admin = await auth.actorOf(answers.find((answer) => answer.session).session.accessToken);
    const roles = (await membersOf(auth, admin)).map(({ role }) => role);
    expect(roles.filter((role) => role === 'OWNER')).toHaveLength(1);
  });
});
