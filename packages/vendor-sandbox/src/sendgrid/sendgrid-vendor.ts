import { z } from 'zod';
import { sendgridAccount } from '../accounts.ts';
import { ControlError } from '../control/control-error.ts';
import { base64UrlId } from '../random-ids.ts';
import { PLATFORM_ACCOUNT, simulation, type Vendor } from '../vendor.ts';
import type { World } from '../world.ts';
import { EVENT_KINDS, SendgridAccount } from './account.ts';
import { SendgridEvents } from './events.ts';
import { registerSendgrid } from './routes.ts';
import { newSigningKey, seededSigningKey } from './signing-key.ts';

/** SendGrid: mail out, and events about it. */
export function createSendgrid(world: World): Vendor {
  const accounts = new Map<string, SendgridAccount>();
  const events = new SendgridEvents(world);

  const seed = (): void => {
    accounts.clear();
    accounts.set(
      sendgridAccount.apiKey,
      new SendgridAccount({
        name: PLATFORM_ACCOUNT,
        apiKey: sendgridAccount.apiKey,
        signingKey: seededSigningKey(),
        webhookUrl: `${world.publicUrl}/webhooks/sendgrid/sandbox`,
      }),
    );
  };
  seed();

  const findAccount = (name: string): SendgridAccount => {
    const found = [...accounts.values()].find((account) => account.name === name || account.apiKey === name);
    if (!found) throw new ControlError(404, `sendgrid has no account ${name}`);
    return found;
  };

  return {
    name: 'sendgrid',
    register: (app) =>
      registerSendgrid(app, { world, events, findAccount: (apiKey) => accounts.get(apiKey) }),

    addAccount() {
      const apiKey = `SG.${base64UrlId(16)}.${base64UrlId(32)}`;
      const signingKey = newSigningKey();
      const name = `sg_${base64UrlId(9)}`;
      accounts.set(apiKey, new SendgridAccount({ name, apiKey, signingKey, webhookUrl: null }));
      return { account: name, credentials: { apiKey, webhookPublicKey: signingKey.publicKeyBase64 } };
    },

    async setWebhook(name, url) {
      const account = findAccount(name);
      account.webhookUrl = url;
      return {
        account: account.name,
        url,
        secret: { webhookPublicKey: account.signingKey.publicKeyBase64 },
      };
    },

    simulations: {
      event: simulation(
        z
          .strictObject({
            messageId: z.string().min(1).optional(),
            email: z.string().min(1).optional(),
            event: z.enum(EVENT_KINDS),
            reason: z.string().optional(),
            url: z.string().optional(),
          })
          .refine(({ messageId, email }) => messageId !== undefined || email !== undefined, {
            message: 'give messageId or email',
          }),
        ({ messageId, email, event, reason, url }) => {
          for (const account of accounts.values()) {
            const found = account.find({ messageId, email });
            // Without a message the address alone means its latest mail.
            const meant = messageId === undefined ? found.slice(-1) : found;
            if (meant.length === 0) continue;
            for (const delivery of meant) events.add(account, delivery, event, { reason, url });
            return { events: meant.map(({ email: to, sgMessageId }) => ({ event, email: to, sgMessageId })) };
          }
          throw new ControlError(404, `sendgrid sent no such mail: ${messageId ?? email}`);
        },
      ),
    },

    reset: seed,
  };
}
