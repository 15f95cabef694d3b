import { requireWorkspaceActor } from '@switchboard/identity';
import { Secret } from '@switchboard/observability';
import { Authenticated, type SubgraphContext, Text, UserError } from '@switchboard/subgraph';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { SignInProviderName } from '../domain/identity.ts';
import { PASSWORD_LENGTH_MAX } from '../domain/password-rule.ts';
import type { FactorMethod } from '../domain/second-factor.ts';
import type { ProveAgain } from '../use-cases/accounts/prove-again.ts';
import type { AdmitVouched } from '../use-cases/sign-in/admit-vouched.ts';
import type { FinishSignIn } from '../use-cases/sign-in/finish-sign-in.ts';
import type { ReadIdToken } from '../use-cases/sign-in/read-id-token.ts';
import type { StartSignIn } from '../use-cases/sign-in/start-sign-in.ts';
import type { UnlinkIdentity } from '../use-cases/sign-in/unlink-identity.ts';
import { NAME } from './account.inputs.ts';
import {
  SessionCreatePayload,
  toSignedIn,
  toUserPayload,
  UserPayload,
  UserSignUpPayload,
} from './account.payloads.ts';
import { FactorMethodEnum, SignInProviderEnum } from './enums.ts';
import { outcomeOf } from './outcome.ts';

const STATE = { maxLength: 512 };
const ID_TOKEN = { maxLength: 8_192 };
const REFERRAL = { maxLength: 64 };

@InputType('SignInStartInput')
export class SignInStartInput {
  @Field(() => SignInProviderEnum)
  provider!: SignInProviderName;

  @Text({ maxLength: 2_000 })
  @Field(() => String, {
    description: 'Where the person is sent back to, with `state` and `code` (or `error`) added.',
  })
  returnUrl!: string;
}

@InputType()
abstract class SignInReturnInput {
  @Text(STATE)
  @Field(() => String)
  state!: string;

  @Text({ maxLength: 4_096 })
  @Field(() => String)
  code!: string;

  @Text(STATE)
  @Field(() => String, { description: 'From signInStart; kept in the browser that began.' })
  signInToken!: string;
}

@InputType('SessionCreateByProviderInput')
export class SessionCreateByProviderInput extends SignInReturnInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Which of your workspaces; the first one you joined otherwise.',
  })
  workspaceId?: string | null;
}

@InputType('UserSignUpByProviderInput')
export class UserSignUpByProviderInput extends SignInReturnInput {
  @Text(NAME)
  @Field(() => String, { nullable: true, description: 'As the provider knows it, unless given.' })
  name?: string | null;

  @Text(NAME)
  @Field(() => String)
  workspaceName!: string;

  @Text(REFERRAL)
  @Field(() => String, { nullable: true })
  referralCode?: string | null;
}

@InputType('IdentityLinkInput')
export class IdentityLinkInput extends SignInReturnInput {
  @Text({ maxLength: PASSWORD_LENGTH_MAX })
  @Field(() => String, {
    nullable: true,
    description: 'Your own. Needed ten minutes after you signed in, unless your account has none.',
  })
  password?: string | null;

  @Field(() => FactorMethodEnum, {
    nullable: true,
    description: 'What `factorCode` is: TOTP or RECOVERY_CODE. Needed then if you have a second factor.',
  })
  factorMethod?: FactorMethod | null;

  @Text({ maxLength: 64 })
  @Field(() => String, { nullable: true })
  factorCode?: string | null;
}

@InputType('IdentityUnlinkInput')
export class IdentityUnlinkInput {
  @Field(() => SignInProviderEnum)
  provider!: SignInProviderName;
}

@InputType('SessionCreateByIdTokenInput')
export class SessionCreateByIdTokenInput {
  @Text(ID_TOKEN)
  @Field(() => String, { description: 'From Google’s own library in a browser, on iOS or Android.' })
  idToken!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Which of your workspaces; the first one you joined otherwise.',
  })
  workspaceId?: string | null;
}

@InputType('UserSignUpByIdTokenInput')
export class UserSignUpByIdTokenInput {
  @Text(ID_TOKEN)
  @Field(() => String, { description: 'From Google’s own library in a browser, on iOS or Android.' })
  idToken!: string;

  @Text(NAME)
  @Field(() => String, { nullable: true, description: 'As Google knows it, unless given.' })
  name?: string | null;

  @Text(NAME)
  @Field(() => String)
  workspaceName!: string;

  @Text(REFERRAL)
  @Field(() => String, { nullable: true })
  referralCode?: string | null;
}

@ObjectType('SignInStartPayload')
export class SignInStartPayload {
  @Field(() => String, {
    nullable: true,
    description: 'To open in the person’s browser. Good for ten minutes, once.',
  })
  authorizationUrl!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'To keep in this browser and to show at the end; never to be put into an address.',
  })
  signInToken!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('IdentityLinkPayload')
export class IdentityLinkPayload extends UserPayload {}

@ObjectType('IdentityUnlinkPayload')
export class IdentityUnlinkPayload extends UserPayload {}

@Resolver()
export class SignInResolver {
  constructor(
    private readonly startSignIn: StartSignIn,
    private readonly finishSignIn: FinishSignIn,
    private readonly readIdToken: ReadIdToken,
    private readonly admitVouched: AdmitVouched,
    private readonly unlinkIdentity: UnlinkIdentity,
    private readonly proveAgain: ProveAgain,
  ) {}

  @Mutation(() => SignInStartPayload, {
    description: 'Begins to sign in, to sign up or to link with Google or Microsoft.',
  })
  async signInStart(
    @Arg('input', () => SignInStartInput) { provider, returnUrl }: SignInStartInput,
    @Ctx() { identity }: SubgraphContext,
  ): Promise<SignInStartPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.startSignIn.execute(provider, returnUrl, identity.clientIp),
    );
    return {
      authorizationUrl: resource?.authorizationUrl ?? null,
      signInToken: resource?.signInToken.reveal() ?? null,
      userErrors,
    };
  }

  @Mutation(() => SessionCreatePayload, {
    description:
      'Signs in with what Google or Microsoft sent back. Who has no account is told to sign up first.',
  })
  async sessionCreateByProvider(
    @Arg('input', () => SessionCreateByProviderInput) input: SessionCreateByProviderInput,
  ): Promise<SessionCreatePayload> {
    return toSignedIn(
      await outcomeOf(async () =>
        this.admitVouched.signIn(await this.finishSignIn.execute(input), input.workspaceId ?? null),
      ),
    );
  }

  @Mutation(() => UserSignUpPayload, {
    description: 'Makes an account without a password, with what Google or Microsoft sent back.',
  })
  async userSignUpByProvider(
    @Arg('input', () => UserSignUpByProviderInput) input: UserSignUpByProviderInput,
    @Ctx() { identity }: SubgraphContext,
  ): Promise<UserSignUpPayload> {
    const { name = null, workspaceName, referralCode = null } = input;
    const wanted = { name, workspaceName, referralCode };
    return toSignedIn(
      await outcomeOf(async () =>
        this.admitVouched.signUp(await this.finishSignIn.execute(input), wanted, identity.clientIp),
      ),
    );
  }

  @Mutation(() => SessionCreatePayload, {
    description: 'Signs in with an ID token of Google. Who has no account is told to sign up first.',
  })
  async sessionCreateByIdToken(
    @Arg('input', () => SessionCreateByIdTokenInput) {
      idToken,
      workspaceId = null,
    }: SessionCreateByIdTokenInput,
  ): Promise<SessionCreatePayload> {
    return toSignedIn(
      await outcomeOf(async () =>
        this.admitVouched.signIn(await this.readIdToken.execute(idToken), workspaceId),
      ),
    );
  }

  @Mutation(() => UserSignUpPayload, {
    description: 'Makes an account without a password, with an ID token of Google.',
  })
  async userSignUpByIdToken(
    @Arg('input', () => UserSignUpByIdTokenInput) input: UserSignUpByIdTokenInput,
    @Ctx() { identity }: SubgraphContext,
  ): Promise<UserSignUpPayload> {
    const { idToken, name = null, workspaceName, referralCode = null } = input;
    const wanted = { name, workspaceName, referralCode };
    return toSignedIn(
      await outcomeOf(async () =>
        this.admitVouched.signUp(await this.readIdToken.execute(idToken), wanted, identity.clientIp),
      ),
    );
  }

  @Authenticated()
  @Mutation(() => IdentityLinkPayload, {
    description: 'Lets you sign in with this Google or Microsoft account from now on.',
  })
  async identityLink(
    @Arg('input', () => IdentityLinkInput) input: IdentityLinkInput,
    @Ctx() { actor, identity }: SubgraphContext,
  ): Promise<IdentityLinkPayload> {
    const caller = requireWorkspaceActor(actor);
    const { password, factorMethod: method, factorCode: code } = input;
    const proof = {
      password: password ? new Secret(password) : null,
      factor: method && code ? { method, code } : null,
      codePath: 'input.factorCode',
    };
    return toUserPayload(
      await outcomeOf(async () => {
        // Before the state is used up, so that a wrong password may be corrected.
        await this.proveAgain.unlessFresh(caller, proof, identity.clientIp);
        return this.admitVouched.link(caller, await this.finishSignIn.execute(input));
      }),
    );
  }

  @Authenticated()
  @Mutation(() => IdentityUnlinkPayload, {
    description: 'Ends a way of signing in, unless it is the last one.',
  })
  async identityUnlink(
    @Arg('input', () => IdentityUnlinkInput) { provider }: IdentityUnlinkInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<IdentityUnlinkPayload> {
    return toUserPayload(
      await outcomeOf(() => this.unlinkIdentity.execute(requireWorkspaceActor(actor), provider)),
    );
  }
}
