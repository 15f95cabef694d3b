import { Loop } from '@switchboard/messaging';
import { AuthService } from '@switchboard/proto-schemas';
import {
  answers,
  defineService,
  type ServiceDefinition,
  type ServiceParts,
  type ServiceRooms,
} from '@switchboard/service';
import { type AuthConfig, authConfig, installationOf, signingKeysOf } from './config.ts';
import { type Clock, HOUR_MS, SECOND_MS } from './domain/clock.ts';
import { CONSENT_VENDORS } from './domain/consent-vendors.ts';
import type { EnvelopeKey } from './domain/envelope.ts';
import { SIGN_IN_PROVIDERS } from './domain/identity.ts';
import { LinkTokens } from './domain/link-token.ts';
import { RefreshTokens } from './domain/refresh-token.ts';
import { AccountResolver } from './graphql/account.resolver.ts';
import { AgentResolver } from './graphql/agent.resolver.ts';
import { ApiKeyResolver } from './graphql/api-key.resolver.ts';
import { ConnectionResolver } from './graphql/connection.resolver.ts';
import { ConsentResolver } from './graphql/consent.resolver.ts';
import { InvitationResolver } from './graphql/invitation.resolver.ts';
import { InvitationCareResolver } from './graphql/invitation-care.resolver.ts';
import { MemberResolver } from './graphql/member.resolver.ts';
import { PlatformResolver } from './graphql/platform.resolver.ts';
import { PreferencesResolver } from './graphql/preferences.resolver.ts';
import { SecondFactorResolver } from './graphql/second-factor.resolver.ts';
import { SessionResolver } from './graphql/session.resolver.ts';
import { SignInResolver } from './graphql/sign-in.resolver.ts';
import { authSubgraph } from './graphql/subgraph.ts';
import { UserSessionResolver } from './graphql/user-session.resolver.ts';
import { ViewerWorkspacesResolver } from './graphql/viewer-workspaces.resolver.ts';
import { MembershipResolver, WorkspaceResolver } from './graphql/workspace.resolver.ts';
import { addVendorCallback } from './http/vendor-callback.ts';
import { ENTITIES, MIGRATIONS } from './persistence/schema.ts';
import { GoogleSignIn } from './providers/google/google.provider.ts';
import { MicrosoftSignIn } from './providers/microsoft/microsoft.provider.ts';
import { OAuthProvider } from './providers/oauth/oauth.provider.ts';
import { authAnswers } from './rpc/auth-answers.ts';
import { AccessTokens } from './security/access-tokens.ts';
import { PasswordHashes } from './security/password-hashes.ts';
import { AcceptInvitation } from './use-cases/accept-invitation.ts';
import { AdmitVouched } from './use-cases/admit-vouched.ts';
import { AnswerChallenge } from './use-cases/answer-challenge.ts';
import { AnswerConsent } from './use-cases/answer-consent.ts';
import { AnswerSignIn } from './use-cases/answer-sign-in.ts';
import { CheckFactor } from './use-cases/check-factor.ts';
import { CheckPassword } from './use-cases/check-password.ts';
import { CheckSession } from './use-cases/check-session.ts';
import { CreateApiKey } from './use-cases/create-api-key.ts';
import { CreateConnection } from './use-cases/create-connection.ts';
import { CreateInvitation } from './use-cases/create-invitation.ts';
import { CreateSession } from './use-cases/create-session.ts';
import { CreateWorkspace } from './use-cases/create-workspace.ts';
import { DeleteConnection } from './use-cases/delete-connection.ts';
import { DeleteCredential } from './use-cases/delete-credential.ts';
import { FactorVault } from './use-cases/factor-vault.ts';
import { FinishConsent } from './use-cases/finish-consent.ts';
import { FinishSignIn } from './use-cases/finish-sign-in.ts';
import { ForgetExpired } from './use-cases/forget-expired.ts';
import { GrantSession } from './use-cases/grant-session.ts';
import { ImportGrant } from './use-cases/import-grant.ts';
import { KeepGrantsFresh } from './use-cases/keep-grants-fresh.ts';
import { LendCredential } from './use-cases/lend-credential.ts';
import { LetIn } from './use-cases/let-in.ts';
import { ListAgents } from './use-cases/list-agents.ts';
import { ListAllWorkspaces } from './use-cases/list-all-workspaces.ts';
import { ListApiKeys } from './use-cases/list-api-keys.ts';
import { ListConnections } from './use-cases/list-connections.ts';
import { ListInvitations } from './use-cases/list-invitations.ts';
import { ListMembers } from './use-cases/list-members.ts';
import { ListSessions } from './use-cases/list-sessions.ts';
import { ListWorkspaces } from './use-cases/list-workspaces.ts';
import { ManageFactors } from './use-cases/manage-factors.ts';
import { ManagePreferences } from './use-cases/manage-preferences.ts';
import { ReadIdToken } from './use-cases/read-id-token.ts';
import { ReadIntegrations } from './use-cases/read-integrations.ts';
import { ReadMailContext } from './use-cases/read-mail-context.ts';
import { ReadSmsContext } from './use-cases/read-sms-context.ts';
import { ReadViewer } from './use-cases/read-viewer.ts';
import { RefreshGrant } from './use-cases/refresh-grant.ts';
import { RefreshSession } from './use-cases/refresh-session.ts';
import { RemoveMembership } from './use-cases/remove-membership.ts';
import { ReportConnectionUse } from './use-cases/report-connection-use.ts';
import { RequestPasswordReset } from './use-cases/request-password-reset.ts';
import { ResendInvitation } from './use-cases/resend-invitation.ts';
import { ResendVerification } from './use-cases/resend-verification.ts';
import { ResetPassword } from './use-cases/reset-password.ts';
import { RevealImported } from './use-cases/reveal-imported.ts';
import { RevokeAllSessions } from './use-cases/revoke-all-sessions.ts';
import { RevokeApiKey } from './use-cases/revoke-api-key.ts';
import { revokeGrant } from './use-cases/revoke-grant.ts';
import { RevokeInvitation } from './use-cases/revoke-invitation.ts';
import { RevokeSession } from './use-cases/revoke-session.ts';
import { RotateApiKey } from './use-cases/rotate-api-key.ts';
import { RotateVaultKey } from './use-cases/rotate-vault-key.ts';
import { SaveAgent } from './use-cases/save-agent.ts';
import { SaveConnection } from './use-cases/save-connection.ts';
import { SaveGrant } from './use-cases/save-grant.ts';
import { SealSecrets } from './use-cases/seal-secrets.ts';
import { ShowInvitationLink } from './use-cases/show-invitation-link.ts';
import { SignUp } from './use-cases/sign-up.ts';
import { StartConsent } from './use-cases/start-consent.ts';
import { StartSignIn } from './use-cases/start-sign-in.ts';
import { StoreCredential } from './use-cases/store-credential.ts';
import { SuperAdmins } from './use-cases/super-admins.ts';
import { SuspendWorkspace } from './use-cases/suspend-workspace.ts';
import { SwitchWorkspace } from './use-cases/switch-workspace.ts';
import { SyncPlatformConnections } from './use-cases/sync-platform-connections.ts';
import { TransferWorkspace } from './use-cases/transfer-workspace.ts';
import { UnlinkIdentity } from './use-cases/unlink-identity.ts';
import { UpdateApiKey } from './use-cases/update-api-key.ts';
import { UpdateConnection } from './use-cases/update-connection.ts';
import { UpdateMembership } from './use-cases/update-membership.ts';
import { UpdateWorkspace } from './use-cases/update-workspace.ts';
import { VerifyApiKey } from './use-cases/verify-api-key.ts';
import { VerifyEmail } from './use-cases/verify-email.ts';

/** How often tokens are looked at; they are renewed minutes before they end. */
const TOKEN_CARE_MS = 30 * SECOND_MS;

/**
 * The auth service.
 * @param now the time; tests hand in their own.
 * @param tokenCareMs how often tokens are looked at.
 */
export function authService(
  now: Clock,
  tokenCareMs: number = TOKEN_CARE_MS,
): ServiceDefinition<typeof authConfig> {
  return defineService({
    name: 'auth',
    config: authConfig,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    compose: (parts, config) => compose(parts, config, now, tokenCareMs),
  });
}

/** Who a caller is, and every vendor's credential. */
export const auth = authService(() => new Date());

async function compose(
  parts: ServiceParts,
  config: AuthConfig,
  now: Clock,
  tokenCareMs: number,
): Promise<ServiceRooms> {
  const { database, unitOfWork, logger, publicUrl } = parts;
  const installation = installationOf(config);
  const masterKeys = [config.AUTH_VAULT_KEY, config.AUTH_VAULT_PREVIOUS_KEY].filter(
    (key): key is EnvelopeKey => key !== undefined,
  );
  const rotated = await new RotateVaultKey(database, masterKeys).execute();
  if (rotated > 0) logger.info({ rotated }, 'data keys moved to the current vault key');
  await new SyncPlatformConnections(unitOfWork, installation, now).execute();

  const accessTokens = await AccessTokens.create(
    config.AUTH_SESSION_PRIVATE_JWK,
    config.AUTH_SESSION_PREVIOUS_JWK,
    now,
  );
  const refreshTokens = new RefreshTokens(signingKeysOf(config, 'refresh-token'));
  const linkTokens = new LinkTokens(signingKeysOf(config, 'link-token'));
  const passwords = new PasswordHashes();
  const grantSession = new GrantSession(accessTokens, refreshTokens);
  const checkPassword = new CheckPassword(database, passwords, now);
  const sealSecrets = new SealSecrets(masterKeys);
  const consentProvider = new OAuthProvider();
  const revoke = revokeGrant({ database, installation, provider: consentProvider, sealSecrets });
  const saveConnection = new SaveConnection(installation, sealSecrets, revoke);
  const saveGrant = new SaveGrant(saveConnection, sealSecrets);
  const refreshGrant = new RefreshGrant(
    unitOfWork,
    installation,
    consentProvider,
    sealSecrets,
    saveConnection,
    saveGrant,
    now,
  );
  const consentKeys = signingKeysOf(config, 'consent');
  const signInKeys = signingKeysOf(config, 'sign-in');
  const google = new GoogleSignIn();
  const signInProviders = { GOOGLE: google, MICROSOFT: new MicrosoftSignIn() };
  const letIn = new LetIn(grantSession, now);
  const factorVault = new FactorVault(sealSecrets);
  const checkFactor = new CheckFactor(unitOfWork, factorVault, signingKeysOf(config, 'sms-code'), now);
  const manageFactors = new ManageFactors(unitOfWork, factorVault, checkFactor, now);
  const gatewayUrl = publicUrl.replace(/\/+$/, '');
  const frontendUrl = config.AUTH_FRONTEND_URL ?? gatewayUrl;
  const returnOrigins = [frontendUrl, gatewayUrl].map((url) => new URL(url).origin);
  const addresses = {
    publicUrl: gatewayUrl,
    returnOrigins: [...new Set([...returnOrigins, ...config.AUTH_RETURN_ORIGINS])],
  };

  const members = new ListMembers(database);
  const sessions = new ListSessions(database, now);
  const workspaces = new ListWorkspaces(database);
  const superAdmins = new SuperAdmins(database, new Set(config.AUTH_SUPER_ADMINS));
  const invitations = new ListInvitations(database);
  const apiKeys = new ListApiKeys(database);
  const agents = new ListAgents(database);
  const connections = new ListConnections(database);

  const resolvers = [
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
      new ReadViewer(members, agents, manageFactors),
    ),
    new SignInResolver(
      new StartSignIn(database, installation, signInProviders, signInKeys, addresses, now),
      new FinishSignIn(database, installation, signInProviders, signInKeys, gatewayUrl, now),
      new ReadIdToken(installation, google),
      new AdmitVouched(unitOfWork, letIn, grantSession, linkTokens, now),
      new UnlinkIdentity(unitOfWork),
    ),
    new SecondFactorResolver(new AnswerChallenge(unitOfWork, checkFactor, letIn, now), manageFactors),
    new PreferencesResolver(new ManagePreferences(unitOfWork, now)),
    new UserSessionResolver(sessions, new RevokeAllSessions(unitOfWork, now), workspaces),
    new ViewerWorkspacesResolver(
      workspaces,
      new CreateWorkspace(unitOfWork, now),
      new UpdateWorkspace(unitOfWork),
      new SwitchWorkspace(unitOfWork, grantSession, now),
    ),
    new PlatformResolver(
      superAdmins,
      new ListAllWorkspaces(database, superAdmins),
      new SuspendWorkspace(unitOfWork, superAdmins, now),
    ),
    new MemberResolver(
      new UpdateMembership(unitOfWork, now),
      new RemoveMembership(unitOfWork, saveConnection, now),
      new TransferWorkspace(unitOfWork, checkPassword, checkFactor, grantSession, now),
    ),
    new InvitationCareResolver(
      new ResendInvitation(unitOfWork, linkTokens, now),
      new RevokeInvitation(unitOfWork, now),
      new ShowInvitationLink(unitOfWork, linkTokens, frontendUrl, now),
      now,
    ),
    new WorkspaceResolver(members),
    new MembershipResolver(members),
    new InvitationResolver(
      new CreateInvitation(unitOfWork, linkTokens, now),
      new AcceptInvitation(unitOfWork, linkTokens, passwords, checkPassword, grantSession, now),
      invitations,
      members,
      now,
    ),
    new ApiKeyResolver(
      new CreateApiKey(unitOfWork, now),
      new UpdateApiKey(unitOfWork),
      new RotateApiKey(unitOfWork, now),
      new RevokeApiKey(unitOfWork, now),
      apiKeys,
      agents,
    ),
    new AgentResolver(new SaveAgent(unitOfWork, now), agents),
    new ConnectionResolver(
      new CreateConnection(unitOfWork, saveConnection, now),
      new UpdateConnection(unitOfWork, saveConnection, now),
      new ImportGrant(unitOfWork, installation, consentProvider, saveGrant, now),
      new RevealImported(config.AUTH_FERNET_KEYS),
      new DeleteConnection(unitOfWork, saveConnection),
      connections,
      new ReadIntegrations(database, installation, connections),
    ),
    new ConsentResolver(
      new StartConsent(unitOfWork, installation, consentProvider, consentKeys, addresses, now),
      new FinishConsent(unitOfWork, installation, consentProvider, saveGrant, consentKeys, gatewayUrl, now),
    ),
  ];
  const contract = authAnswers({
    verifyApiKey: new VerifyApiKey(database, now),
    checkSession: new CheckSession(database, now),
    lendCredential: new LendCredential(database, installation, sealSecrets, refreshGrant, now),
    storeCredential: new StoreCredential(unitOfWork, saveConnection, now),
    deleteCredential: new DeleteCredential(unitOfWork, saveConnection),
    reportConnectionUse: new ReportConnectionUse(unitOfWork, saveConnection, refreshGrant, now),
    readSmsContext: new ReadSmsContext(database, factorVault, checkFactor, now),
    readMailContext: new ReadMailContext(database, linkTokens, frontendUrl, now),
  });

  const forgetExpired = new ForgetExpired(database, now);
  const janitor = new Loop('janitor', () => forgetExpired.execute().then(() => false), {
    idleMs: HOUR_MS,
    logger,
  });
  janitor.start();
  const keepGrantsFresh = new KeepGrantsFresh(database, refreshGrant, now);
  const caretaker = new Loop('token care', () => keepGrantsFresh.execute(), {
    idleMs: tokenCareMs,
    logger,
  });
  caretaker.start();
  const answerConsent = new AnswerConsent(database, now);
  const answerSignIn = new AnswerSignIn(database, now);

  return {
    subgraph: authSubgraph(resolvers, { members, invitations, apiKeys, agents, connections, sessions, now }),
    handlers: [],
    intents: [revoke] as unknown as ServiceRooms['intents'],
    answers: [answers(AuthService, contract)],
    routes: (app) => {
      addVendorCallback(app, 'oauth', CONSENT_VENDORS, (vendor, answered) =>
        answerConsent.execute(vendor, answered),
      );
      addVendorCallback(app, 'sign-in', SIGN_IN_PROVIDERS, (provider, answered) =>
        answerSignIn.execute(provider, answered),
      );
      app.get('/.well-known/jwks.json', (_request, reply) =>
        reply.header('cache-control', 'public, max-age=60').send(accessTokens.jwks),
      );
    },
    stop: async () => {
      await Promise.all([janitor.stop(), caretaker.stop()]);
    },
  };
}
