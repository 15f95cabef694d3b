import { UserError } from '@switchboard/subgraph';
import { Field, ID, ObjectType } from 'type-graphql';
import type { Admission, Challenged } from '../use-cases/sign-in/let-in.ts';
import type { Outcome } from './outcome.ts';
import { Session, SignInChallenge, toSession } from './session.type.ts';
import { toUser, User } from './user.type.ts';
import { toWorkspace, Workspace } from './workspace.type.ts';

@ObjectType()
export abstract class SignedInPayload {
  @Field(() => User, { nullable: true })
  user!: User | null;

  @Field(() => Workspace, { nullable: true })
  workspace!: Workspace | null;

  @Field(() => Session, { nullable: true })
  session!: Session | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('UserSignUpPayload')
export class UserSignUpPayload extends SignedInPayload {}

@ObjectType('SessionCreatePayload')
export class SessionCreatePayload extends SignedInPayload {
  @Field(() => SignInChallenge, {
    nullable: true,
    description: 'Set when the user has a second factor: there is no session until it is answered.',
  })
  challenge!: SignInChallenge | null;
}

@ObjectType('InvitationAcceptPayload')
export class InvitationAcceptPayload extends SignedInPayload {}

@ObjectType('SessionRefreshPayload')
export class SessionRefreshPayload {
  @Field(() => Session, { nullable: true })
  session!: Session | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('SessionRevokePayload')
export class SessionRevokePayload {
  @Field(() => ID, { nullable: true, description: 'The session that is over.' })
  sessionId!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType()
export abstract class UserPayload {
  @Field(() => User, { nullable: true })
  user!: User | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('EmailVerifyPayload')
export class EmailVerifyPayload extends UserPayload {}

@ObjectType('EmailVerificationResendPayload')
export class EmailVerificationResendPayload extends UserPayload {}

@ObjectType('PasswordResetPayload')
export class PasswordResetPayload extends UserPayload {}

@ObjectType('PasswordResetRequestPayload')
export class PasswordResetRequestPayload {
  @Field(() => Boolean, {
    description: 'Whether the request was taken; it does not say whether the address has an account.',
  })
  accepted!: boolean;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

export function toSignedIn({ resource, userErrors }: Outcome<Admission>): SessionCreatePayload {
  const isIn = resource !== null && !('challenge' in resource);
  return {
    user: isIn ? toUser(resource.user) : null,
    workspace: isIn ? toWorkspace(resource.workspace) : null,
    session: isIn ? toSession(resource.session) : null,
    challenge: resource !== null && 'challenge' in resource ? toChallenge(resource.challenge) : null,
    userErrors,
  };
}

function toChallenge({ token, methods, expiresAt }: Challenged['challenge']): SignInChallenge {
  return Object.assign(new SignInChallenge(), { token: token.reveal(), methods, expiresAt });
}

export function toUserPayload({ resource, userErrors }: Outcome<Parameters<typeof toUser>[0]>): UserPayload {
  return { user: resource && toUser(resource), userErrors };
}
