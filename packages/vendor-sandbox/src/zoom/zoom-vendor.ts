import { z } from 'zod';
import { AccessTokens } from '../access-tokens.ts';
import { zoomAccount } from '../accounts.ts';
import { ControlError } from '../control/control-error.ts';
import { alphanumericId, base64UrlId } from '../random-ids.ts';
import { PLATFORM_ACCOUNT, simulation, type Vendor } from '../vendor.ts';
import type { World } from '../world.ts';
import { type Meeting, ZoomAccount } from './account.ts';
import { ZoomEvents } from './events.ts';
import { ZoomHosting } from './hosting.ts';
import { registerMeetingPage } from './meeting-page.ts';
import { meetingResource } from './meetings.ts';
import { registerZoom } from './routes.ts';

const meetingId = z.union([z.string().regex(/^\d+$/), z.int().positive()]).transform(String);

/** Zoom: meetings and their events. */
export function createZoom(world: World): Vendor {
  const accounts = new Map<string, ZoomAccount>();
  const tokens = new AccessTokens<ZoomAccount>(() => world.now().getTime());
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
  };
  seed();

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
        pages.addHook('preValidation', async (request) => {
          const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
          request.body = Object.fromEntries(new URLSearchParams(text));
        });
        registerMeetingPage(pages, hosting, find);
      });
      app.register(async (api) =>
        registerZoom(api, { world, tokens, hosting, findAccount: (clientId) => accounts.get(clientId) }),
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
