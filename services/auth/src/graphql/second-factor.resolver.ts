import { requireWorkspaceActor } from '@switchboard/identity';
import { Authenticated, PhoneNumber, type SubgraphContext, Text, UserError } from '@switchboard/subgraph';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { FactorMethod, SecondFactorKind } from '../domain/second-factor.ts';
import type { ManageFactors } from '../use-cases/factors/manage-factors.ts';
import type { AnswerChallenge } from '../use-cases/sign-in/answer-challenge.ts';
import { SessionCreatePayload, toSignedIn } from './account.payloads.ts';
import { FactorMethodEnum, SecondFactorEnum } from './enums.ts';
import { outcomeOf } from './outcome.ts';
import { SecondFactorStatus } from './session.type.ts';

const CODE = { maxLength: 64 };
const CHALLENGE = { maxLength: 128 };

@InputType('SessionCreateByCodeInput')
export class SessionCreateByCodeInput {
  @Text(CHALLENGE)
  @Field(() => String, { description: 'From the sign-in that asked for a code.' })
  challengeToken!: string;

  @Field(() => FactorMethodEnum)
  method!: FactorMethod;

  @Text(CODE)
  @Field(() => String)
  code!: string;
}

@InputType('SessionSendCodeInput')
export class SessionSendCodeInput {
  @Text(CHALLENGE)
  @Field(() => String)
  challengeToken!: string;
}

@InputType('SecondFactorConfirmInput')
export class SecondFactorConfirmInput {
  @Text(CODE)
  @Field(() => String, { description: 'What the authenticator app shows.' })
  code!: string;
}

@InputType('SecondFactorSmsStartInput')
export class SecondFactorSmsStartInput {
  @Field(() => PhoneNumber, { description: 'Of a mobile phone.' })
  phoneNumber!: string;
}

@InputType('SecondFactorSmsConfirmInput')
export class SecondFactorSmsConfirmInput {
  @Text(CHALLENGE)
  @Field(() => String, { description: 'From secondFactorSmsStart.' })
  challengeToken!: string;

  @Text(CODE)
  @Field(() => String)
  code!: string;
}

@InputType('SecondFactorDisableInput')
export class SecondFactorDisableInput {
  @Field(() => SecondFactorEnum, { description: 'What to turn off.' })
  factor!: SecondFactorKind;

  @Field(() => FactorMethodEnum, { description: 'What `code` is: TOTP or RECOVERY_CODE.' })
  method!: FactorMethod;

  @Text(CODE)
  @Field(() => String)
  code!: string;
}

@InputType('RecoveryCodesRenewInput')
export class RecoveryCodesRenewInput {
  @Field(() => FactorMethodEnum, { description: 'What `code` is: TOTP or RECOVERY_CODE.' })
  method!: FactorMethod;

  @Text(CODE)
  @Field(() => String)
  code!: string;
}

@ObjectType('SessionSendCodePayload')
export class SessionSendCodePayload {
  @Field(() => Boolean)
  accepted!: boolean;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('SecondFactorStartPayload')
export class SecondFactorStartPayload {
  @Field(() => String, { nullable: true, description: 'To type into an authenticator app. Shown this once.' })
  secret!: string | null;

  @Field(() => String, { nullable: true, description: 'The same for the app’s camera. Shown this once.' })
  otpauthUrl!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('SecondFactorSmsStartPayload')
export class SecondFactorSmsStartPayload {
  @Field(() => String, {
    nullable: true,
    description: 'Names the set-up; good for ten minutes and five tries.',
  })
  challengeToken!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType()
abstract class RecoveryCodesPayload {
  @Field(() => [String], {
    nullable: true,
    description: 'Each gets in once. Shown this once; empty when there are some from before.',
  })
  recoveryCodes!: readonly string[] | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('SecondFactorConfirmPayload')
export class SecondFactorConfirmPayload extends RecoveryCodesPayload {}

@ObjectType('SecondFactorSmsConfirmPayload')
export class SecondFactorSmsConfirmPayload extends RecoveryCodesPayload {}

@ObjectType('RecoveryCodesRenewPayload')
export class RecoveryCodesRenewPayload extends RecoveryCodesPayload {}

@ObjectType('SecondFactorDisablePayload')
export class SecondFactorDisablePayload {
  @Field(() => SecondFactorStatus, { nullable: true, description: 'What is left.' })
  secondFactor!: SecondFactorStatus | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver()
export class SecondFactorResolver {
  constructor(
    private readonly answerChallenge: AnswerChallenge,
    private readonly manageFactors: ManageFactors,
  ) {}

  @Mutation(() => SessionCreatePayload, {
    description: 'Finishes a sign-in that asked for a code. Five tries per sign-in, ten an hour.',
  })
  async sessionCreateByCode(
    @Arg('input', () => SessionCreateByCodeInput) { challengeToken, method, code }: SessionCreateByCodeInput,
    @Ctx() { identity }: SubgraphContext,
  ): Promise<SessionCreatePayload> {
    return toSignedIn(
      await outcomeOf(() =>
        this.answerChallenge.execute(challengeToken, { method, code }, identity.clientIp),
      ),
    );
  }

  @Mutation(() => SessionSendCodePayload, {
    description: 'Sends the code of a sign-in by SMS; the one before stops working.',
  })
  async sessionSendCode(
    @Arg('input', () => SessionSendCodeInput) { challengeToken }: SessionSendCodeInput,
  ): Promise<SessionSendCodePayload> {
    const { userErrors } = await outcomeOf(() => this.answerChallenge.sendCode(challengeToken));
    return { accepted: userErrors.length === 0, userErrors };
  }

  @Authenticated()
  @Mutation(() => SecondFactorStartPayload, {
    description: 'Gives a secret for an authenticator app. It counts once a code of it was shown.',
  })
  async secondFactorStart(@Ctx() { actor }: SubgraphContext): Promise<SecondFactorStartPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.manageFactors.startTotp(requireWorkspaceActor(actor)),
    );
    return {
      secret: resource?.secret.reveal() ?? null,
      otpauthUrl: resource?.otpauthUrl.reveal() ?? null,
      userErrors,
    };
  }

  @Authenticated()
  @Mutation(() => SecondFactorConfirmPayload, { description: 'Turns the authenticator app on.' })
  async secondFactorConfirm(
    @Arg('input', () => SecondFactorConfirmInput) { code }: SecondFactorConfirmInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<SecondFactorConfirmPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.manageFactors.confirmTotp(requireWorkspaceActor(actor), code),
    );
    return { recoveryCodes: resource, userErrors };
  }

  @Authenticated()
  @Mutation(() => SecondFactorSmsStartPayload, {
    description: 'Sends a code to a phone, to show that it is yours.',
  })
  async secondFactorSmsStart(
    @Arg('input', () => SecondFactorSmsStartInput) { phoneNumber }: SecondFactorSmsStartInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<SecondFactorSmsStartPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.manageFactors.startSms(requireWorkspaceActor(actor), phoneNumber),
    );
    return { challengeToken: resource?.reveal() ?? null, userErrors };
  }

  @Authenticated()
  @Mutation(() => SecondFactorSmsConfirmPayload, { description: 'Turns codes by SMS on.' })
  async secondFactorSmsConfirm(
    @Arg('input', () => SecondFactorSmsConfirmInput) { challengeToken, code }: SecondFactorSmsConfirmInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<SecondFactorSmsConfirmPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.manageFactors.confirmSms(requireWorkspaceActor(actor), challengeToken, code),
    );
    return { recoveryCodes: resource, userErrors };
  }

  @Authenticated()
  @Mutation(() => SecondFactorDisablePayload, {
    description: 'Turns a second factor off, for who can still show one.',
  })
  async secondFactorDisable(
    @Arg('input', () => SecondFactorDisableInput) { factor, method, code }: SecondFactorDisableInput,
    @Ctx() { actor, identity }: SubgraphContext,
  ): Promise<SecondFactorDisablePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.manageFactors.disable(requireWorkspaceActor(actor), factor, { method, code }, identity.clientIp),
    );
    return { secondFactor: resource, userErrors };
  }

  @Authenticated()
  @Mutation(() => RecoveryCodesRenewPayload, {
    description: 'Gives new recovery codes; those before stop working.',
  })
  async recoveryCodesRenew(
    @Arg('input', () => RecoveryCodesRenewInput) { method, code }: RecoveryCodesRenewInput,
    @Ctx() { actor, identity }: SubgraphContext,
  ): Promise<RecoveryCodesRenewPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.manageFactors.renewRecoveryCodes(
        requireWorkspaceActor(actor),
        { method, code },
        identity.clientIp,
      ),
    );
    return { recoveryCodes: resource, userErrors };
  }
}
