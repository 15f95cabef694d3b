import { z } from 'zod';
import { googleAccount } from '../accounts.ts';
import { ControlError } from '../control/control-error.ts';
import { readAuthorization } from '../oauth/authorization.ts';
import { OAuthApplications, platformRedirectUris } from '../oauth/client.ts';
import { type ConsentFlow, registerConsentPage } from '../oauth/consent-page.ts';
import { Grants } from '../oauth/grants.ts';
import { IdTokens } from '../oauth/id-tokens.ts';
import { readForms } from '../oauth/oauth-pages.ts';
import { numericIdOf, personOf } from '../oauth/people.ts';
import { oauthSimulations } from '../oauth/simulations.ts';
import { base64UrlId } from '../random-ids.ts';
import { PLATFORM_ACCOUNT, simulation, type Vendor } from '../vendor.ts';
import type { World } from '../world.ts';
import { GOOGLE_ISSUER, registerGoogle } from './routes.ts';

/** Google: consent, tokens, ID tokens. https://developers.google.com/identity/protocols/oauth2/web-server */
export function createGoogle(world: World): Vendor {
  const applications = new OAuthApplications();
  const idTokens = new IdTokens('sandbox-google-1', 'federated-signon.system.gserviceaccount.com');
  const grants = new Grants(
    {
      // A refresh token of Google stays the same for as long as the consent lasts.
      rotation: 'kept',
      accessSeconds: 3_599,
      newCode: () => `4/0${base64UrlId(48)}`,
      newAccessToken: () => `ya29.${base64UrlId(96)}`,
      newRefreshToken: () => `1//0${base64UrlId(64)}`,
    },
    () => world.now().getTime(),
  );
  const flow: ConsentFlow = {
    vendorName: 'Google',
    read: (parameters) => readAuthorization(parameters, applications),
    allow(asked, person) {
      const { clientId } = asked.application;
      const before = grants.grantsOf(clientId, person);
      const isIncremental = asked.parameters.include_granted_scopes === 'true';
      const earlier = isIncremental ? before.flatMap(({ scopes }) => scopes) : [];
      const scopes = [...new Set([...asked.scopes, ...earlier])];
      // A refresh token comes with the first consent, or when consent is asked for again.
      const isFirst = !before.some((grant) => grant.isOffline);
      const isOffline =
        asked.parameters.access_type === 'offline' && (isFirst || asked.prompt.includes('consent'));
      const grant = { clientId, person, scopes, nonce: asked.nonce, isOffline };
      return { code: grants.allow(grant, asked), scope: scopes.join(' ') };
    },
  };
  const seed = (): void => {
    applications.clear();
    grants.clear();
    applications.add({
      name: PLATFORM_ACCOUNT,
      clientId: googleAccount.clientId,
      clientSecret: googleAccount.clientSecret,
      redirectUris: platformRedirectUris(world.publicUrl, 'google'),
    });
  };
  seed();

  return {
    name: 'google',
    register(app) {
      app.register(async (pages) => {
        readForms(pages);
        registerConsentPage(pages, '/o/oauth2/v2/auth', flow);
      });
      app.register(async (api) => registerGoogle(api, { world, applications, grants, idTokens }));
    },
    addAccount() {
      const name = `10${Date.now()}`;
      const credentials = {
        clientId: `${name}-${base64UrlId(12).toLowerCase()}.apps.googleusercontent.com`,
        clientSecret: `GOCSPX-${base64UrlId(21)}`,
      };
      applications.add({
        name,
        ...credentials,
        redirectUris: platformRedirectUris(world.publicUrl, 'google'),
      });
      return { account: name, credentials };
    },
    async setWebhook() {
      throw new ControlError(422, 'google has no webhook here; register redirect addresses by redirect-uri');
    },
    simulations: {
      ...oauthSimulations(flow, grants, applications),
      /** What the sign-in of Google's own libraries (web button, iOS, Android) hands to an application. */
      'id-token': simulation(
        z.strictObject({
          email: z.string().min(3).max(320),
          clientId: z.string().default(googleAccount.clientId),
          name: z.string().optional(),
          nonce: z.string().optional(),
          emailVerified: z.boolean().default(true),
          issuer: z.string().default(GOOGLE_ISSUER),
          expiresInSeconds: z.int().default(3_600),
        }),
        async ({ email, clientId, name, nonce, emailVerified, issuer, expiresInSeconds }) => {
          const person = personOf(email);
          if (!person) throw new ControlError(422, `${email} is no address`);
          const claims = {
            iss: issuer,
            aud: clientId,
            azp: clientId,
            sub: numericIdOf('google', person),
            email: person.email,
            email_verified: emailVerified,
            name: name ?? person.name,
            ...(nonce !== undefined && { nonce }),
          };
          return { idToken: await idTokens.sign(claims, world.now(), expiresInSeconds) };
        },
      ),
    },
    reset: seed,
  };
}
