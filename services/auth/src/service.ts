import { Loop } from '@switchboard/messaging';
import { AuthService } from '@switchboard/proto-schemas';
import {
  answers,
  defineService,
  type ServiceDefinition,
  type ServiceParts,
  type ServiceRooms,
} from '@switchboard/service';
import { type AuthConfig, authConfig, installationOf, signingKeysOf, transitAccessOf } from './config.ts';
import { type Clock, HOUR_MS, SECOND_MS } from './domain/clock.ts';
import { CONSENT_VENDORS } from './domain/consent-vendors.ts';
import { ExportLinks } from './domain/export-link.ts';
import { SIGN_IN_PROVIDERS } from './domain/identity.ts';
import { LinkTokens } from './domain/link-token.ts';
import { RefreshTokens } from './domain/refresh-token.ts';
import { AccountResolver } from './graphql/account.resolver.ts';
import { AgentResolver } from './graphql/agent.resolver.ts';
import { ApiKeyResolver } from './graphql/api-key.resolver.ts';
import { ConnectionResolver } from './graphql/connection.resolver.ts';
import { ConsentResolver } from './graphql/consent.resolver.ts';
import { DataRequestResolver } from './graphql/data-request.resolver.ts';
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
import { addDataExports } from './http/data-exports.ts';
import { addVendorCallback } from './http/vendor-callback.ts';
import { ENTITIES, MIGRATIONS } from './persistence/schema.ts';
import { authInventory } from './personal-data.ts';
import { GoogleSignIn } from './providers/google/google.provider.ts';
import { MicrosoftSignIn } from './providers/microsoft/microsoft.provider.ts';
import { OAuthProvider } from './providers/oauth/oauth.provider.ts';
import { TransitKeyKeeper } from './providers/transit/transit.key-keeper.ts';
import { authAnswers } from './rpc/auth-answers.ts';
import { AccessTokens } from './security/access-tokens.ts';
import { PasswordHashes } from './security/password-hashes.ts';
import { CreateApiKey } from './use-cases/access/create-api-key.ts';
import { ListAgents } from './use-cases/access/list-agents.ts';
import { ListApiKeys } from './use-cases/access/list-api-keys.ts';
import { RevokeApiKey } from './use-cases/access/revoke-api-key.ts';
import { RotateApiKey } from './use-cases/access/rotate-api-key.ts';
import { SaveAgent } from './use-cases/access/save-agent.ts';
import { UpdateApiKey } from './use-cases/access/update-api-key.ts';
import { VerifyApiKey } from './use-cases/access/verify-api-key.ts';
import { CheckPassword } from './use-cases/accounts/check-password.ts';
import { ForgetExpired } from './use-cases/accounts/forget-expired.ts';
import { ManagePreferences } from './use-cases/accounts/manage-preferences.ts';
import { ProveAgain } from './use-cases/accounts/prove-again.ts';
import { ReadMailContext } from './use-cases/accounts/read-mail-context.ts';
import { RequestPasswordReset } from './use-cases/accounts/request-password-reset.ts';
import { ResendVerification } from './use-cases/accounts/resend-verification.ts';
import { ResetPassword } from './use-cases/accounts/reset-password.ts';
import { SignUp } from './use-cases/accounts/sign-up.ts';
import { VerifyEmail } from './use-cases/accounts/verify-email.ts';
import { CheckConnections } from './use-cases/connections/check-connections.ts';
import { CreateConnection } from './use-cases/connections/create-connection.ts';
import { DeleteConnection } from './use-cases/connections/delete-connection.ts';
import { DeleteCredential } from './use-cases/connections/delete-credential.ts';
import { LendCredential } from './use-cases/connections/lend-credential.ts';
import { ListConnections } from './use-cases/connections/list-connections.ts';
import { ListVendorConnections } from './use-cases/connections/list-vendor-connections.ts';
import { loadMasterKeys } from './use-cases/connections/load-master-keys.ts';
import { ReachConnections } from './use-cases/connections/reach-connections.ts';
import { ReadIntegrations } from './use-cases/connections/read-integrations.ts';
import { ReportConnectionUse } from './use-cases/connections/report-connection-use.ts';
import { RevealImported } from './use-cases/connections/reveal-imported.ts';
import { RotateVaultKey } from './use-cases/connections/rotate-vault-key.ts';
import { SaveConnection } from './use-cases/connections/save-connection.ts';
import { SealSecrets } from './use-cases/connections/seal-secrets.ts';
import { StoreCredential } from './use-cases/connections/store-credential.ts';
import { SyncPlatformConnections } from './use-cases/connections/sync-platform-connections.ts';
import { UpdateConnection } from './use-cases/connections/update-connection.ts';
import { AnswerChallenge } from './use-cases/factors/answer-challenge.ts';
import { CheckFactor } from './use-cases/factors/check-factor.ts';
import { FactorVault } from './use-cases/factors/factor-vault.ts';
import { ManageFactors } from './use-cases/factors/manage-factors.ts';
import { ReadSmsContext } from './use-cases/factors/read-sms-context.ts';
import { AnswerConsent } from './use-cases/grants/answer-consent.ts';
import { DecideOwner } from './use-cases/grants/decide-owner.ts';
import { FinishConsent } from './use-cases/grants/finish-consent.ts';
import { ImportGrant } from './use-cases/grants/import-grant.ts';
import { KeepGrantsFresh } from './use-cases/grants/keep-grants-fresh.ts';
import { RefreshGrant } from './use-cases/grants/refresh-grant.ts';
import { revokeGrant } from './use-cases/grants/revoke-grant.ts';
import { SaveGrant } from './use-cases/grants/save-grant.ts';
import { StartConsent } from './use-cases/grants/start-consent.ts';
import { AcceptInvitation } from './use-cases/invitations/accept-invitation.ts';
import { CreateInvitation } from './use-cases/invitations/create-invitation.ts';
import { ListInvitations } from './use-cases/invitations/list-invitations.ts';
import { ResendInvitation } from './use-cases/invitations/resend-invitation.ts';
import { RevokeInvitation } from './use-cases/invitations/revoke-invitation.ts';
import { ShowInvitationLink } from './use-cases/invitations/show-invitation-link.ts';
import { AnnounceDataRequests } from './use-cases/personal-data/announce-data-requests.ts';
import { AnswerDataRequest } from './use-cases/personal-data/answer-data-request.ts';
import { BeginErasure } from './use-cases/personal-data/begin-erasure.ts';
import { CancelDataRequest } from './use-cases/personal-data/cancel-data-request.ts';
import { ExpireExports } from './use-cases/personal-data/expire-exports.ts';
import { ListDataRequests } from './use-cases/personal-data/list-data-requests.ts';
import { LocalDataOffice } from './use-cases/personal-data/local-data-office.ts';
import { OpenDataRequest } from './use-cases/personal-data/open-data-request.ts';
import { ReadDataSubject } from './use-cases/personal-data/read-data-subject.ts';
import { StoreDataPart } from './use-cases/personal-data/store-data-part.ts';
import { WriteArchive } from './use-cases/personal-data/write-archive.ts';
import { CheckSession } from './use-cases/sessions/check-session.ts';
import { CreateSession } from './use-cases/sessions/create-session.ts';
import { GrantSession } from './use-cases/sessions/grant-session.ts';
import { LetIn } from './use-cases/sessions/let-in.ts';
import { ListSessions } from './use-cases/sessions/list-sessions.ts';
import { ReadViewer } from './use-cases/sessions/read-viewer.ts';
import { RefreshSession } from './use-cases/sessions/refresh-session.ts';
import { RevokeAllSessions } from './use-cases/sessions/revoke-all-sessions.ts';
import { RevokeSession } from './use-cases/sessions/revoke-session.ts';
import { SwitchWorkspace } from './use-cases/sessions/switch-workspace.ts';
import { AdmitVouched } from './use-cases/sign-in/admit-vouched.ts';
import { AnswerSignIn } from './use-cases/sign-in/answer-sign-in.ts';
import { FinishSignIn } from './use-cases/sign-in/finish-sign-in.ts';
import { ReadIdToken } from './use-cases/sign-in/read-id-token.ts';
import { StartSignIn } from './use-cases/sign-in/start-sign-in.ts';
import { UnlinkIdentity } from './use-cases/sign-in/unlink-identity.ts';
import { CreateWorkspace } from './use-cases/workspaces/create-workspace.ts';
import { ListAllWorkspaces } from './use-cases/workspaces/list-all-workspaces.ts';
import { ListMembers } from './use-cases/workspaces/list-members.ts';
import { ListWorkspaces } from './use-cases/workspaces/list-workspaces.ts';
import { RemoveMembership } from './use-cases/workspaces/remove-membership.ts';
import { SuperAdmins } from './use-cases/workspaces/super-admins.ts';
import { SuspendWorkspace } from './use-cases/workspaces/suspend-workspace.ts';
import { TransferWorkspace } from './use-cases/workspaces/transfer-workspace.ts';
import { UpdateMembership } from './use-cases/workspaces/update-membership.ts';
import { UpdateWorkspace } from './use-cases/workspaces/update-workspace.ts';

/** How often the service looks for work that is due, in milliseconds; tests hand in their own. */
export interface Intervals {
  /** Tokens are renewed minutes before they end. */
  readonly tokenCareMs: number;
  /** The times of requests for data are hours. */
  readonly dataCareMs: number;
  /** Connections made by a form are checked every hour, and sooner after an error. */
  readonly checksMs: number;
}

const INTERVALS: Intervals = {
  tokenCareMs: 30 * SECOND_MS,
  dataCareMs: 5 * SECOND_MS,
  checksMs: 30 * SECOND_MS,
};

/**
 * The auth service.
 * @param now the time; tests hand in their own.
 */
export function authService(
  now: Clock,
  intervals: Partial<Intervals> = {},
): ServiceDefinition<typeof authConfig> {
  return defineService({
    name: 'auth',
    config: authConfig,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    inventory: authInventory,
    compose: (parts, config) => compose(parts, config, now, { ...INTERVALS, ...intervals }),
  });
}

/** Who a caller is, and every vendor's credential. */
export const auth = authService(() => new Date());

async function compose(
  parts: ServiceParts,
  config: AuthConfig,
  now: Clock,
  { tokenCareMs, dataCareMs, checksMs }: Intervals,
): Promise<ServiceRooms> {
  const { database, unitOfWork, rpc, logger, publicUrl } = parts;
  const installation = installationOf(config);
  const transit = transitAccessOf(config);
  const masterKeys = await loadMasterKeys(
    [config.AUTH_VAULT_KEY, config.AUTH_VAULT_PREVIOUS_KEY],
    transit && new TransitKeyKeeper(transit),
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
  const superAdmins = new SuperAdmins(database, new Set(config.AUTH_SUPER_ADMINS));
  const letIn = new LetIn(grantSession, superAdmins, now);
  const factorVault = new FactorVault(sealSecrets);
  const checkFactor = new CheckFactor(unitOfWork, factorVault, signingKeysOf(config, 'sms-code'), now);
  const proveAgain = new ProveAgain(database, checkPassword, checkFactor, now);
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
  const invitations = new ListInvitations(database);
  const apiKeys = new ListApiKeys(database);
  const agents = new ListAgents(database);
  const dataRequests = new ListDataRequests(database);
  const exportLinks = new ExportLinks(signingKeysOf(config, 'export-link'));
  const reach = new ReachConnections(database, superAdmins);
  const connections = new ListConnections(database, reach);
  const decideOwner = new DecideOwner(superAdmins);

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
      proveAgain,
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
      new TransferWorkspace(unitOfWork, proveAgain, grantSession, now),
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
      new UpdateConnection(unitOfWork, saveConnection, reach, now),
      new ImportGrant(unitOfWork, decideOwner, installation, consentProvider, saveGrant, now),
      new RevealImported(config.AUTH_FERNET_KEYS),
      new DeleteConnection(unitOfWork, saveConnection, reach),
      connections,
      new ReadIntegrations(database, installation, connections),
    ),
    new DataRequestResolver(
      new OpenDataRequest(unitOfWork, proveAgain, sealSecrets, config.AUTH_ERASURE_GRACE_HOURS, now),
      new CancelDataRequest(unitOfWork),
      dataRequests,
      exportLinks,
      gatewayUrl,
      now,
    ),
    new ConsentResolver(
      new StartConsent(
        unitOfWork,
        reach,
        decideOwner,
        installation,
        consentProvider,
        consentKeys,
        addresses,
        now,
      ),
      new FinishConsent(
        unitOfWork,
        installation,
        consentProvider,
        saveGrant,
        superAdmins,
        consentKeys,
        gatewayUrl,
        now,
      ),
    ),
  ];
  const readDataSubject = new ReadDataSubject(database);
  const storeDataPart = new StoreDataPart(database, sealSecrets, now);
  const answerDataRequest = new AnswerDataRequest(unitOfWork, now);
  const contract = authAnswers({
    readDataSubject,
    storeDataPart,
    answerDataRequest,
    verifyApiKey: new VerifyApiKey(database, now),
    checkSession: new CheckSession(database, now),
    lendCredential: new LendCredential(database, installation, sealSecrets, refreshGrant, now),
    storeCredential: new StoreCredential(unitOfWork, saveConnection, now),
    deleteCredential: new DeleteCredential(unitOfWork, saveConnection),
    listVendorConnections: new ListVendorConnections(database),
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
  const beginErasure = new BeginErasure(unitOfWork, saveConnection, now);
  const announceDataRequests = new AnnounceDataRequests(unitOfWork, now);
  const expireExports = new ExpireExports(database, now);
  const dataCaretaker = new Loop(
    'data requests',
    async () => {
      await expireExports.execute();
      return (await beginErasure.execute()) || announceDataRequests.execute();
    },
    { idleMs: dataCareMs, logger },
  );
  dataCaretaker.start();
  const writeArchive = new WriteArchive(unitOfWork, sealSecrets, now);
  const checkConnections = new CheckConnections(unitOfWork, installation, saveConnection, rpc, logger, now);
  const checker = new Loop('connection checks', () => checkConnections.execute(), {
    idleMs: checksMs,
    logger,
  });
  checker.start();
  const answerConsent = new AnswerConsent(database, now);
  const answerSignIn = new AnswerSignIn(database, now);

  return {
    subgraph: authSubgraph(resolvers, {
      members,
      invitations,
      apiKeys,
      agents,
      connections,
      sessions,
      dataRequests,
      now,
    }),
    handlers: [],
    intents: [revoke] as unknown as ServiceRooms['intents'],
    answers: [answers(AuthService, contract)],
    dataOffice: new LocalDataOffice(readDataSubject, storeDataPart, answerDataRequest),
    routes: (app) => {
      addVendorCallback(app, 'oauth', CONSENT_VENDORS, (vendor, answered) =>
        answerConsent.execute(vendor, answered),
      );
      addVendorCallback(app, 'sign-in', SIGN_IN_PROVIDERS, (provider, answered) =>
        answerSignIn.execute(provider, answered),
      );
      addDataExports(app, async (token) => {
        const requestId = exportLinks.requestIdOf(token, now());
        if (requestId === undefined) return undefined;
        const archive = await writeArchive.execute(requestId);
        return archive && { name: `${requestId}.zip`, archive };
      });
      app.get('/.well-known/jwks.json', (_request, reply) =>
        reply.header('cache-control', 'public, max-age=60').send(accessTokens.jwks),
      );
    },
    stop: async () => {
      await Promise.all([janitor.stop(), caretaker.stop(), dataCaretaker.stop(), checker.stop()]);
    },
  };
}
