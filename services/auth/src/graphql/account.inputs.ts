import { EmailAddress, Text } from '@switchboard/subgraph';
import { Field, ID, InputType } from 'type-graphql';
import { PASSWORD_LENGTH_MAX } from '../domain/password-rule.ts';

/** Longest name of a person, a workspace, a key or a connection. */
export const NAME = { maxLength: 200 };
/** Longest link token. */
export const TOKEN = { maxLength: 200 };
const PASSWORD = { maxLength: PASSWORD_LENGTH_MAX };

@InputType('UserSignUpInput')
export class UserSignUpInput {
  @Field(() => EmailAddress)
  email!: string;

  @Text(PASSWORD)
  @Field(() => String, { description: 'At least 8 characters.' })
  password!: string;

  @Text(NAME)
  @Field(() => String)
  name!: string;

  @Text(NAME)
  @Field(() => String)
  workspaceName!: string;

  @Text({ maxLength: 64 })
  @Field(() => String, { nullable: true })
  referralCode?: string | null;
}

@InputType('EmailVerifyInput')
export class EmailVerifyInput {
  @Text(TOKEN)
  @Field(() => String, { description: 'From the link.' })
  token!: string;
}

@InputType('PasswordResetRequestInput')
export class PasswordResetRequestInput {
  @Field(() => EmailAddress)
  email!: string;
}

@InputType('PasswordResetInput')
export class PasswordResetInput {
  @Text(TOKEN)
  @Field(() => String, { description: 'From the link.' })
  token!: string;

  @Text(PASSWORD)
  @Field(() => String, { description: 'At least 8 characters.' })
  password!: string;
}

@InputType('SessionCreateInput')
export class SessionCreateInput {
  @Field(() => EmailAddress)
  email!: string;

  @Text(PASSWORD)
  @Field(() => String)
  password!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Which of your workspaces; the first one you joined otherwise.',
  })
  workspaceId?: string | null;
}

@InputType('SessionRefreshInput')
export class SessionRefreshInput {
  @Text(TOKEN)
  @Field(() => String)
  refreshToken!: string;
}

@InputType('SessionRevokeInput')
export class SessionRevokeInput {
  @Field(() => ID, { nullable: true, description: 'Another session of yours; the one in hand otherwise.' })
  sessionId?: string | null;
}

@InputType('InvitationAcceptInput')
export class InvitationAcceptInput {
  @Text(TOKEN)
  @Field(() => String, { description: 'From the link.' })
  token!: string;

  @Text(NAME)
  @Field(() => String, { nullable: true, description: 'For a new account.' })
  name?: string | null;

  @Text(PASSWORD)
  @Field(() => String, {
    nullable: true,
    description: 'Of the new account, or of your existing one unless you are signed in.',
  })
  password?: string | null;
}
