import { DateTime } from '@switchboard/subgraph';
import { Field, Int, ObjectType } from 'type-graphql';
import type { SignInProviderName } from '../domain/identity.ts';
import type { Role } from '../domain/role.ts';
import type { FactorMethod, SecondFactorKind } from '../domain/second-factor.ts';
import type { SessionGrant } from '../use-cases/sessions/grant-session.ts';
import { Agent } from './agent.type.ts';
import { FactorMethodEnum, RoleEnum, SecondFactorEnum, SignInProviderEnum } from './enums.ts';
import { User } from './user.type.ts';
import { Workspace } from './workspace.type.ts';

@ObjectType('Session', { description: 'The tokens of a sign-in.' })
export class Session {
  @Field(() => String, { description: 'Goes into `Authorization: Bearer`; valid for 15 minutes.' })
  accessToken!: string;

  @Field(() => String, { description: 'Gets the next pair of tokens, once.' })
  refreshToken!: string;

  @Field(() => DateTime, { description: 'When the access token ends.' })
  expiresAt!: Date;
}

@ObjectType('SecondFactorStatus', { description: 'How your second factors stand.' })
export class SecondFactorStatus {
  @Field(() => [SecondFactorEnum])
  methods!: readonly SecondFactorKind[];

  @Field(() => Int)
  recoveryCodesLeft!: number;
}

@ObjectType('SignInChallenge', { description: 'A sign-in that asks for a code as well.' })
export class SignInChallenge {
  @Field(() => String, { description: 'For sessionCreateByCode. Good for ten minutes and five tries.' })
  token!: string;

  @Field(() => [FactorMethodEnum], {
    description: 'The ways to answer; a code by SMS is sent by sessionSendCode.',
  })
  methods!: readonly FactorMethod[];

  @Field(() => DateTime)
  expiresAt!: Date;
}

@ObjectType('Viewer', { description: 'Who the caller is.' })
export class Viewer {
  @Field(() => User, { nullable: true, description: 'Null for an API key.' })
  user!: User | null;

  @Field(() => Workspace)
  workspace!: Workspace;

  @Field(() => RoleEnum, { nullable: true, description: 'Null for an API key.' })
  role!: Role | null;

  @Field(() => [String])
  scopes!: readonly string[];

  @Field(() => SecondFactorStatus, { nullable: true, description: 'Null for an API key.' })
  secondFactor!: SecondFactorStatus | null;

  @Field(() => [SignInProviderEnum], {
    description: 'Who vouches for you at sign-in, besides your password.',
  })
  signsInWith!: readonly SignInProviderName[];

  @Field(() => Agent, { nullable: true, description: 'The agent whose key was used, if it was one.' })
  agent!: Agent | null;
}

/** The one place where tokens leave the service. */
export function toSession({ accessToken, refreshToken, expiresAt }: SessionGrant): Session {
  return Object.assign(new Session(), {
    accessToken: accessToken.reveal(),
    refreshToken: refreshToken.reveal(),
    expiresAt,
  });
}
