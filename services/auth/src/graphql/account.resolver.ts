import { requireWorkspaceActor } from '@switchboard/identity';
import { Secret } from '@switchboard/observability';
import { Authenticated, type SubgraphContext } from '@switchboard/subgraph';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { RequestPasswordReset } from '../use-cases/accounts/request-password-reset.ts';
import type { ResendVerification } from '../use-cases/accounts/resend-verification.ts';
import type { ResetPassword } from '../use-cases/accounts/reset-password.ts';
import type { SignUp } from '../use-cases/accounts/sign-up.ts';
import type { VerifyEmail } from '../use-cases/accounts/verify-email.ts';
import {
  EmailVerifyInput,
  PasswordResetInput,
  PasswordResetRequestInput,
  UserSignUpInput,
} from './account.inputs.ts';
import {
  EmailVerificationResendPayload,
  EmailVerifyPayload,
  PasswordResetPayload,
  PasswordResetRequestPayload,
  toSignedIn,
  toUserPayload,
  UserSignUpPayload,
} from './account.payloads.ts';
import { outcomeOf } from './outcome.ts';

@Resolver()
export class AccountResolver {
  constructor(
    private readonly signUp: SignUp,
    private readonly verifyEmail: VerifyEmail,
    private readonly resendVerification: ResendVerification,
    private readonly requestPasswordReset: RequestPasswordReset,
    private readonly resetPassword: ResetPassword,
  ) {}

  @Mutation(() => UserSignUpPayload, {
    description: 'Makes an account with a workspace and signs its owner in.',
  })
  async userSignUp(
    @Arg('input', () => UserSignUpInput) input: UserSignUpInput,
    @Ctx() { identity }: SubgraphContext,
  ): Promise<UserSignUpPayload> {
    const { email, name, workspaceName, referralCode = null } = input;
    const password = new Secret(input.password);
    return toSignedIn(
      await outcomeOf(() =>
        this.signUp.execute({ email, password, name, workspaceName, referralCode }, identity.clientIp),
      ),
    );
  }

  @Mutation(() => EmailVerifyPayload, { description: 'Follows the link that proves an address.' })
  async emailVerify(
    @Arg('input', () => EmailVerifyInput) { token }: EmailVerifyInput,
  ): Promise<EmailVerifyPayload> {
    return toUserPayload(await outcomeOf(() => this.verifyEmail.execute(token)));
  }

  @Authenticated()
  @Mutation(() => EmailVerificationResendPayload, { description: 'Sends the link to your address again.' })
  async emailVerificationResend(@Ctx() { actor }: SubgraphContext): Promise<EmailVerificationResendPayload> {
    return toUserPayload(
      await outcomeOf(() => this.resendVerification.execute(requireWorkspaceActor(actor))),
    );
  }

  @Mutation(() => PasswordResetRequestPayload, {
    description:
      'Sends a link to set a new password, if the address has an account. The answer is always the same.',
  })
  async passwordResetRequest(
    @Arg('input', () => PasswordResetRequestInput) { email }: PasswordResetRequestInput,
    @Ctx() { identity }: SubgraphContext,
  ): Promise<PasswordResetRequestPayload> {
    const { userErrors } = await outcomeOf(() => this.requestPasswordReset.execute(email, identity.clientIp));
    return { accepted: userErrors.length === 0, userErrors };
  }

  @Mutation(() => PasswordResetPayload, {
    description: 'Follows the link and sets a new password. Every session of the user ends.',
  })
  async passwordReset(
    @Arg('input', () => PasswordResetInput) { token, password }: PasswordResetInput,
  ): Promise<PasswordResetPayload> {
    return toUserPayload(await outcomeOf(() => this.resetPassword.execute(token, new Secret(password))));
  }
}
