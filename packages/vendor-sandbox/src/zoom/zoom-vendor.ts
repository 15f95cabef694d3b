import { z } from 'zod';
import { AccessTokens } from '../access-tokens.ts';
import { zoomAccount, zoomOauthAccount } from '../accounts.ts';
import { ControlError } from '../control/control-error.ts';
import { readAuthorization } from '../oauth/authorization.ts';
import { OAuthApplications, platformRedirectUris } from '../oauth/client.ts';
import { type ConsentFlow, registerConsentPage } from '../oauth/consent-page.ts';
import { Grants } from '../oauth/grants.ts';
import { readForms } from '../oauth/oauth-pages.ts';
import type { Person } from '../oauth/people.ts';
import { oauthSimulations } from '../oauth/simulations.ts';
import { alphanumericId, base64UrlId } from '../random-ids.ts';
import { PLATFORM_ACCOUNT, simulation, type Vendor } from '../vendor.ts';
import type { World } from '../world.ts';
import { type Meeting, ZoomAccount } from './account.ts';
import { ZoomEvents } from './events.ts';
import { ZoomHosting } from './hosting.ts';
import { registerMeetingPage } from './meeting-page.ts';
import { meetingResource } from './meetings.ts';
import { ZOOM_SCOPES } from './oauth-routes.ts';
import { registerZoom } from './routes.ts';

const meetingId = z.union([z.string().regex(/^\d+$/), z.int().positive()]).transform(String);

/** Zoom: meetings and their events. */
export function createZoom(world: World): Vendor {
  const accounts = new Map<string, ZoomAccount>();
  const tokens = new AccessTokens<ZoomAccount>(() => world.now().getTime());
  const applications = new OAuthApplications();
  const grants = new Grants(
    {
      // The refresh token before stops working at once.
      rotation: 'at-once',
      accessSeconds: 3_599,
      newCode: () => base64UrlId(24),
      newAccessToken: () => `eyJ${base64UrlId(96)}`,
      newRefreshToken: () => `eyJ${base64UrlId(96)}`,
    },
    () => world.now().getTime(),
  );
  const flow: ConsentFlow = {
    vendorName: 'Zoom',
    read: (parameters) => ({ ...readAuthorization(parameters, applications), scopes: ZOOM_SCOPES }),
    allow(asked, person) {
      const { clientId } = asked.application;
      const grant = { clientId, person, scopes: ZOOM_SCOPES, nonce: undefined, isOffline: true };
      return { code: grants.allow(grant, asked) };
    },
  };
  const events = new ZoomEvents(world);
  const hosting = new ZoomHosting(world, events);

  const seed = (): void => {
    accounts.clear();
    tokens.clear();
    const account = new ZoomAccount({
      name: PLATFORM_ACCOUNT,
      ...zoomAccount,
      webhookUrl: `${world.publicUrl}/webhooks/zoom/sandbox`,
      createdAt: world.now(),
    });
    accounts.set(account.clientId, account);
    applications.clear();
    grants.clear();
    applications.add({
      name: PLATFORM_ACCOUNT,
      clientId: zoomOauthAccount.clientId,
      clientSecret: zoomOauthAccount.clientSecret,
      redirectUris: platformRedirectUris(world.publicUrl, 'zoom'),
    });
  };
  seed();

  /** The account of a person who gave consent; made when it is first used. */
  const accountOf = ({ email }: Person): ZoomAccount => {
    const key = `person/${email}`;
    const known = accounts.get(key);
    if (known) return known;
    const account = new ZoomAccount({
      name: email,
      accountId: base64UrlId(16),
      clientId: key,
      clientSecret: alphanumericId(32),
      webhookSecretToken: zoomAccount.webhookSecretToken,
      webhookUrl: null,
      createdAt: world.now(),
      email,
    });
    accounts.set(key, account);
    return account;
  };

  const find = (id: string): { account: ZoomAccount; meeting: Meeting } | undefined => {
    for (const account of accounts.values()) {
      const meeting = account.meetings.get(Number(id));
      if (meeting) return { account, meeting };
    }
    return undefined;
  };
  const findOrRefuse = (id: string) => {
    const found = find(id);
    if (!found) throw new ControlError(404, `zoom has no meeting ${id}`);
    return found;
  };
  const shown = ({ account, meeting }: { account: ZoomAccount; meeting: Meeting }) =>
    meetingResource(account, meeting, `${world.sandboxUrl()}/zoom`);
  const participantInput = z.strictObject({
    meetingId,
    name: z.string().min(1).default('Guest'),
    email: z.string().default(''),
  });
  const participant = (kind: 'joined' | 'left') =>
    simulation(participantInput, ({ meetingId: id, name, email }) => {
      const found = findOrRefuse(id);
      hosting.participant(found.account, found.meeting, kind, name, email);
      return shown(found);
    });

  return {
    name: 'zoom',
    register(app) {
      // The meeting's page needs no token: it has a scope of its own, below the same prefix.
      app.register(async (pages) => {
        readForms(pages);
        registerMeetingPage(pages, hosting, find);
        registerConsentPage(pages, '/oauth/authorize', flow);
      });
      app.register(async (api) =>
        registerZoom(api, {
          world,
          tokens,
          hosting,
          findAccount: (clientId) => accounts.get(clientId),
          accountOfToken(token) {
            const grant = grants.grantOf(token);
            return tokens.accountOf(token) ?? (grant && accountOf(grant.person));
          },
          oauth: { world, applications, grants },
        }),
      );
    },

    addAccount() {
      const credentials = {
        accountId: base64UrlId(16),
        clientId: base64UrlId(16),
        clientSecret: alphanumericId(32),
        webhookSecretToken: base64UrlId(16),
      };
      const account = new ZoomAccount({
        name: credentials.accountId,
        ...credentials,
        webhookUrl: null,
        createdAt: world.now(),
      });
      accounts.set(account.clientId, account);
      return { account: account.name, credentials };
    },

    async setWebhook(name, url) {
      const account = [...accounts.values()].find(
        (one) => one.name === name || one.accountId === name || one.clientId === name,
      );
      if (!account) throw new ControlError(404, `zoom has no account ${name}`);
      const previous = { url: account.webhookUrl, validatedAtMs: account.validatedAtMs };
      account.webhookUrl = url;
      account.validatedAtMs = 0;
      if (!(await events.validate(account))) {
        account.webhookUrl = previous.url;
        account.validatedAtMs = previous.validatedAtMs;
        throw new ControlError(
          422,
          `zoom could not validate ${url}: it must answer endpoint.url_validation with 200, plainToken and encryptedToken`,
        );
      }
      return { account: account.name, url, secret: { webhookSecretToken: account.webhookSecretToken } };
    },

    simulations: {
      ...oauthSimulations(flow, grants, applications),
      started: simulation(z.strictObject({ meetingId }), ({ meetingId: id }) => {
        const found = findOrRefuse(id);
        hosting.start(found.account, found.meeting);
        return shown(found);
      }),
      ended: simulation(z.strictObject({ meetingId }), ({ meetingId: id }) => {
        const found = findOrRefuse(id);
        hosting.end(found.account, found.meeting);
        return shown(found);
      }),
      'participant-joined': participant('joined'),
      'participant-left': participant('left'),
    },

    reset: seed,
  };
}
