import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { AuthService } from '@switchboard/proto-schemas';
import { SIGNED_IN, signUp, type TestAuth } from './harness.ts';

export type Person = Awaited<ReturnType<typeof signUp>>;

/** The mail's link of an invitation, or the token at the end of it. */
export async function linkOf(auth: TestAuth, invitationId: string): Promise<{ link: string; token: string }> {
  const mail = await auth.asker('mail');
  const challenge = { case: 'invitationId', value: invitationId } as const;
  const { link } = await mail.ask(AuthService.method.mailContext, { challenge });
  return { link, token: link.slice(link.lastIndexOf('/') + 1) };
}

/** A person with a workspace of their own who has joined another's; the actor is that of the other one. */
export async function join(
  auth: TestAuth,
  owner: { readonly actor: WorkspaceActor },
  role: 'ADMIN' | 'MEMBER',
): Promise<Person & { membershipId: string }> {
  const person = await signUp(auth);
  const input = { email: person.email, role };
  const { invitation } = await auth.mutate(owner.actor, 'invitationCreate', input, 'invitation { id }');
  const { token } = await linkOf(auth, invitation.id);
  const joined = await auth.mutate(person.actor, 'invitationAccept', { token }, SIGNED_IN);
  const actor = await auth.actorOf(joined.session.accessToken);
  const membershipId = await membershipIdOf(auth, actor, person.user.id);
  return { ...person, actor, session: joined.session, workspace: joined.workspace, membershipId };
}

/** The id of a user's membership in the caller's workspace. */
export async function membershipIdOf(
  auth: TestAuth,
  actor: WorkspaceActor,
  userId = actor.userId,
): Promise<string> {
  const members = await membersOf(auth, actor);
  const found = members.find((member) => member.userId === userId);
  if (!found) throw new Error(`${userId} is no member`);
  return found.membershipId;
}

/** Who belongs to the caller's workspace, by role. */
export async function membersOf(
  auth: TestAuth,
  actor: WorkspaceActor,
): Promise<{ membershipId: string; userId: string; role: string }[]> {
  const query = '{ workspace { members { nodes { id role user { id } } } } }';
  const { data } = await auth.graphql(actor, query);
  const nodes: { id: string; role: string; user: { id: string } }[] = data.workspace.members.nodes;
  return nodes.map(({ id, role, user }) => ({ membershipId: id, userId: user.id, role }));
}

/** An API key of a person's workspace, with their scopes. */
export function keyOf(
  { actor }: { readonly actor: WorkspaceActor },
  mode: 'live' | 'test' = 'live',
): WorkspaceActor {
  const { workspaceId, scopes } = actor;
  return { kind: 'apiKey', apiKeyId: newId('key'), workspaceId, scopes, mode };
}

/** The code of an answer's first error. */
export function codeOf(answer: { errors?: { extensions: { code: string } }[] }): string | undefined {
  return answer.errors?.[0]?.extensions.code;
}
