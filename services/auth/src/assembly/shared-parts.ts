import type { ServiceParts } from '@switchboard/service';
import { type AuthConfig, installationOf, signingKeysOf, transitAccessOf } from '../config.ts';
import type { Clock } from '../domain/clock.ts';
import { LinkTokens } from '../domain/link-token.ts';
import { RefreshTokens } from '../domain/refresh-token.ts';
import { OAuthProvider } from '../providers/oauth/oauth.provider.ts';
import { TransitKeyKeeper } from '../providers/transit/transit.key-keeper.ts';
import { AccessTokens } from '../security/access-tokens.ts';
import { PasswordHashes } from '../security/password-hashes.ts';
import { ListAgents } from '../use-cases/access/list-agents.ts';
import { CheckPassword } from '../use-cases/accounts/check-password.ts';
import { ProveAgain } from '../use-cases/accounts/prove-again.ts';
import { revokeGrant } from '../use-cases/connections/revoke-grant.ts';
import { SaveConnection } from '../use-cases/connections/save-connection.ts';
import { CheckFactor } from '../use-cases/factors/check-factor.ts';
import { ListMembers } from '../use-cases/members/list-members.ts';
import { SuperAdmins } from '../use-cases/members/super-admins.ts';
import { GrantSession } from '../use-cases/sessions/grant-session.ts';
import { LetIn } from '../use-cases/sign-in/let-in.ts';
import { FactorVault } from '../use-cases/vault/factor-vault.ts';
import { loadMasterKeys } from '../use-cases/vault/load-master-keys.ts';
import { RotateVaultKey } from '../use-cases/vault/rotate-vault-key.ts';
import { SealSecrets } from '../use-cases/vault/seal-secrets.ts';
import { ListWorkspaces } from '../use-cases/workspaces/list-workspaces.ts';

/** What several themes of the service are made of. */
export type SharedParts = Awaited<ReturnType<typeof shareParts>>;

/** Opens the vault, and makes what several themes use. @throws Error when the vault's key is not the right one. */
export async function shareParts(parts: ServiceParts, config: AuthConfig, now: Clock) {
  const { database, unitOfWork, rpc, logger, publicUrl } = parts;
  const installation = installationOf(config);
  const sealSecrets = await openVault(parts, config);

  const accessTokens = await AccessTokens.create(
    config.AUTH_SESSION_PRIVATE_JWK,
    config.AUTH_SESSION_PREVIOUS_JWK,
    now,
  );
  const refreshTokens = new RefreshTokens(signingKeysOf(config, 'refresh-token'));
  const passwords = new PasswordHashes();
  const grantSession = new GrantSession(accessTokens, refreshTokens);
  const checkPassword = new CheckPassword(database, passwords, now);
  const superAdmins = new SuperAdmins(database, new Set(config.AUTH_SUPER_ADMINS));
  const factorVault = new FactorVault(sealSecrets);
  const checkFactor = new CheckFactor(unitOfWork, factorVault, signingKeysOf(config, 'sms-code'), now);

  const consentProvider = new OAuthProvider();
  const revoke = revokeGrant({ database, installation, provider: consentProvider, sealSecrets });

  const gatewayUrl = publicUrl.replace(/\/+$/, '');
  const frontendUrl = config.AUTH_FRONTEND_URL ?? gatewayUrl;
  const returnOrigins = [frontendUrl, gatewayUrl].map((url) => new URL(url).origin);

  return {
    config,
    now,
    database,
    unitOfWork,
    rpc,
    logger,
    installation,
    sealSecrets,
    accessTokens,
    refreshTokens,
    linkTokens: new LinkTokens(signingKeysOf(config, 'link-token')),
    passwords,
    grantSession,
    checkPassword,
    superAdmins,
    letIn: new LetIn(grantSession, superAdmins, now),
    factorVault,
    checkFactor,
    proveAgain: new ProveAgain(database, checkPassword, checkFactor, now),
    consentProvider,
    revoke,
    saveConnection: new SaveConnection(installation, sealSecrets, revoke),
    members: new ListMembers(database),
    workspaces: new ListWorkspaces(database),
    agents: new ListAgents(database),
    gatewayUrl,
    frontendUrl,
    /** Where consents and sign-ins at a vendor come back to. */
    addresses: {
      publicUrl: gatewayUrl,
      returnOrigins: [...new Set([...returnOrigins, ...config.AUTH_RETURN_ORIGINS])],
    },
  };
}

/** Data keys of the vault key before are moved to the current one on the way. */
async function openVault({ database, logger }: ServiceParts, config: AuthConfig): Promise<SealSecrets> {
  const transit = transitAccessOf(config);
  const masterKeys = await loadMasterKeys(
    [config.AUTH_VAULT_KEY, config.AUTH_VAULT_PREVIOUS_KEY],
    transit && new TransitKeyKeeper(transit),
  );
  const rotated = await new RotateVaultKey(database, masterKeys).execute();
  if (rotated > 0) logger.info({ rotated }, 'data keys moved to the current vault key');
  return new SealSecrets(masterKeys);
}
