import { Loop } from '@switchboard/messaging';
import { signingKeysOf } from '../config.ts';
import { HOUR_MS } from '../domain/clock.ts';
import { SIGN_IN_PROVIDERS } from '../domain/identity.ts';
import { AccountResolver } from '../graphql/account.resolver.ts';
import { PreferencesResolver } from '../graphql/preferences.resolver.ts';
import { SecondFactorResolver } from '../graphql/second-factor.resolver.ts';
import { SessionResolver } from '../graphql/session.resolver.ts';
import { SignInResolver } from '../graphql/sign-in.resolver.ts';
import { UserSessionResolver } from '../graphql/user-session.resolver.ts';
import { addVendorCallback } from '../http/vendor-callback.ts';
import { GoogleSignIn } from '../providers/google/google.provider.ts';
import { MicrosoftSignIn } from '../providers/microsoft/microsoft.provider.ts';
import { ForgetExpired } from '../use-cases/accounts/forget-expired.ts';
import { ManagePreferences } from '../use-cases/accounts/manage-preferences.ts';
import { ReadMailContext } from '../use-cases/accounts/read-mail-context.ts';
import { RequestPasswordReset } from '../use-cases/accounts/request-password-reset.ts';
import { ResendVerification } from '../use-cases/accounts/resend-verification.ts';
import { ResetPassword } from '../use-cases/accounts/reset-password.ts';
import { SignUp } from '../use-cases/accounts/sign-up.ts';
import { VerifyEmail } from '../use-cases/accounts/verify-email.ts';
import { ManageFactors } from '../use-cases/factors/manage-factors.ts';
import { ReadSmsContext } from '../use-cases/factors/read-sms-context.ts';
import { CheckSession } from '../use-cases/sessions/check-session.ts';
import { ListSessions } from '../use-cases/sessions/list-sessions.ts';
import { RevokeAllSessions } from '../use-cases/sessions/revoke-all-sessions.ts';
import { RevokeSession } from '../use-cases/sessions/revoke-session.ts';
import { AdmitVouched } from '../use-cases/sign-in/admit-vouched.ts';
import { AnswerChallenge } from '../use-cases/sign-in/answer-challenge.ts';
import { AnswerSignIn } from '../use-cases/sign-in/answer-sign-in.ts';
import { CreateSession } from '../use-cases/sign-in/create-session.ts';
import { FinishSignIn } from '../use-cases/sign-in/finish-sign-in.ts';
import { ReadIdToken } from '../use-cases/sign-in/read-id-token.ts';
import { ReadViewer } from '../use-cases/sign-in/read-viewer.ts';
import { RefreshSession } from '../use-cases/sign-in/refresh-session.ts';
import { StartSignIn } from '../use-cases/sign-in/start-sign-in.ts';
import { UnlinkIdentity } from '../use-cases/sign-in/unlink-identity.ts';
import type { SharedParts } from './shared-parts.ts';
import type { Theme } from './theme.ts';

/** Users: how they come, sign in, show who they are, and what they prefer. */
export function assembleAccounts(
  shared: SharedParts,
): Theme<'sessions', 'checkSession' | 'readMailContext' | 'readSmsContext'> {
  const { database, unitOfWork, now, logger, linkTokens, refreshTokens, passwords } = shared;
  const { grantSession, checkPassword, checkFactor, factorVault, letIn } = shared;
  const manageFactors = new ManageFactors(unitOfWork, factorVault, checkFactor, now);
  const sessions = new ListSessions(database, now);
  const answerSignIn = new AnswerSignIn(database, now);

  const forgetExpired = new ForgetExpired(database, now);
  const janitor = new Loop('janitor', () => forgetExpired.execute().then(() => false), {
    idleMs: HOUR_MS,
    logger,
  });
  janitor.start();

  return {
    resolvers: [
      new AccountResolver(
        new SignUp(unitOfWork, passwords, linkTokens, grantSession, now),
        new VerifyEmail(unitOfWork, now),
        new ResendVerification(unitOfWork, linkTokens, now),
        new RequestPasswordReset(unitOfWork, linkTokens, now),
        new ResetPassword(unitOfWork, passwords, now),
      ),
      new SessionResolver(
        new CreateSession(unitOfWork, checkPassword, letIn),
        new RefreshSession(unitOfWork, refreshTokens, grantSession, now),
        new RevokeSession(unitOfWork, now),
        new ReadViewer(shared.members, shared.agents, manageFactors),
      ),
      assembleSignIn(shared),
      new SecondFactorResolver(new AnswerChallenge(unitOfWork, checkFactor, letIn, now), manageFactors),
      new PreferencesResolver(new ManagePreferences(unitOfWork, now)),
      new UserSessionResolver(sessions, new RevokeAllSessions(unitOfWork, now), shared.workspaces),
    ],
    lookups: { sessions },
    answers: {
      checkSession: new CheckSession(database, now),
      readSmsContext: new ReadSmsContext(database, factorVault, checkFactor, now),
      readMailContext: new ReadMailContext(database, linkTokens, shared.frontendUrl, now),
    },
    loops: [janitor],
    routes: (app) => {
      addVendorCallback(app, 'sign-in', SIGN_IN_PROVIDERS, (provider, answered) =>
        answerSignIn.execute(provider, answered),
      );
      app.get('/.well-known/jwks.json', (_request, reply) =>
        reply.header('cache-control', 'public, max-age=60').send(shared.accessTokens.jwks),
      );
    },
  };
}

/** Signing in at somebody who vouches for the user. */
function assembleSignIn(shared: SharedParts): SignInResolver {
  const { config, database, unitOfWork, installation, now, gatewayUrl } = shared;
  const keys = signingKeysOf(config, 'sign-in');
  const google = new GoogleSignIn();
  const providers = { GOOGLE: google, MICROSOFT: new MicrosoftSignIn() };
  return new SignInResolver(
    new StartSignIn(database, installation, providers, keys, shared.addresses, now),
    new FinishSignIn(database, installation, providers, keys, gatewayUrl, now),
    new ReadIdToken(installation, google),
    new AdmitVouched(unitOfWork, shared.letIn, shared.grantSession, shared.linkTokens, now),
    new UnlinkIdentity(unitOfWork),
    shared.proveAgain,
  );
}
