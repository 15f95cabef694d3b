import { randomUUID } from 'node:crypto';
import { microsoftAccount } from '../accounts.ts';
import { ControlError } from '../control/control-error.ts';
import { readAuthorization } from '../oauth/authorization.ts';
import { OAuthApplications, platformRedirectUris } from '../oauth/client.ts';
import { type ConsentFlow, registerConsentPage } from '../oauth/consent-page.ts';
import { Grants } from '../oauth/grants.ts';
import { IdTokens } from '../oauth/id-tokens.ts';
import { readForms } from '../oauth/oauth-pages.ts';
import { oauthSimulations } from '../oauth/simulations.ts';
import { base64UrlId } from '../random-ids.ts';
import { PLATFORM_ACCOUNT, type Vendor } from '../vendor.ts';
import type { World } from '../world.ts';
import { registerMicrosoft } from './routes.ts';

/** Microsoft: consent, tokens, `/me`. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow */
export function createMicrosoft(world: World): Vendor {
  const applications = new OAuthApplications();
  const idTokens = new IdTokens('sandbox-microsoft-1', 'accounts.accesscontrol.windows.net');
  const grants = new Grants(
    {
      // Each use gives another refresh token, and the one before goes on working for a while.
      rotation: 'overlapping',
      accessSeconds: 3_599,
      newCode: () => `M.C5_SN1.2.U.${base64UrlId(48)}`,
      newAccessToken: () => `EwB${base64UrlId(120)}`,
      newRefreshToken: () => `M.C5_SN1.0.U.-${base64UrlId(96)}`,
    },
    () => world.now().getTime(),
  );
  const flow: ConsentFlow = {
    vendorName: 'Microsoft',
    read: (parameters) => readAuthorization(parameters, applications),
    allow(asked, person) {
      const { clientId } = asked.application;
      const isOffline = asked.scopes.includes('offline_access');
      const grant = { clientId, person, scopes: asked.scopes, nonce: asked.nonce, isOffline };
      return { code: grants.allow(grant, asked), session_state: randomUUID() };
    },
  };
  const seed = (): void => {
    applications.clear();
    grants.clear();
    applications.add({
      name: PLATFORM_ACCOUNT,
      clientId: microsoftAccount.clientId,
      clientSecret: microsoftAccount.clientSecret,
      redirectUris: platformRedirectUris(world.publicUrl, 'microsoft'),
    });
  };
  seed();

  return {
    name: 'microsoft',
    register(app) {
      app.register(async (pages) => {
        readForms(pages);
        registerConsentPage(pages, '/:tenant/oauth2/v2.0/authorize', flow);
      });
      app.register(async (api) => registerMicrosoft(api, { world, applications, grants, idTokens }));
    },
    addAccount() {
      const clientId = randomUUID();
      const credentials = { clientId, clientSecret: base64UrlId(30) };
      const redirectUris = platformRedirectUris(world.publicUrl, 'microsoft');
      applications.add({ name: clientId, ...credentials, redirectUris });
      return { account: clientId, credentials };
    },
    async setWebhook() {
      throw new ControlError(
        422,
        'microsoft has no webhook here; register redirect addresses by redirect-uri',
      );
    },
    simulations: oauthSimulations(flow, grants, applications),
    reset: seed,
  };
}
