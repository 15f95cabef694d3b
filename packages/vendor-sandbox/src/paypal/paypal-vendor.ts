import { z } from 'zod';
import { AccessTokens } from '../access-tokens.ts';
import { paypalAccount } from '../accounts.ts';
import { ControlError } from '../control/control-error.ts';
import { base64UrlId, upperId } from '../random-ids.ts';
import { PLATFORM_ACCOUNT, simulation, type Vendor } from '../vendor.ts';
import type { World } from '../world.ts';
import { type Order, PaypalAccount } from './account.ts';
import { registerApprovalPage } from './approval-page.ts';
import { PaypalCheckout } from './checkout.ts';
import { PaypalEvents } from './events.ts';
import { PaypalResources } from './resources.ts';
import { registerPaypal } from './routes.ts';

/** PayPal: orders, captures, refunds, webhooks. */
export function createPaypal(world: World): Vendor {
  const accounts = new Map<string, PaypalAccount>();
  const tokens = new AccessTokens<PaypalAccount>(() => world.now().getTime());
  const resources = new PaypalResources(() => `${world.sandboxUrl()}/paypal`);
  const events = new PaypalEvents(world);
  const checkout = new PaypalCheckout(world, events, resources);

  const moveMainWebhook = (account: PaypalAccount, url: string): void => {
    account.webhooks.set(account.mainWebhookId, { id: account.mainWebhookId, url, eventTypes: ['*'] });
  };

  const seed = (): void => {
    accounts.clear();
    tokens.clear();
    const account = new PaypalAccount({ name: PLATFORM_ACCOUNT, ...paypalAccount });
    accounts.set(account.clientId, account);
    moveMainWebhook(account, `${world.publicUrl}/webhooks/paypal/sandbox`);
  };
  seed();

  const findOrder = (orderId: string): { account: PaypalAccount; order: Order } | undefined => {
    for (const account of accounts.values()) {
      const order = account.orders.get(orderId);
      if (order) return { account, order };
    }
    return undefined;
  };
  const orderOrRefuse = (orderId: string) => {
    const found = findOrder(orderId);
    if (!found) throw new ControlError(404, `paypal has no order ${orderId}`);
    return found;
  };

  return {
    name: 'paypal',
    register(app) {
      // The buyer's page needs no token: it has a scope of its own, below the same prefix.
      app.register(async (pages) => {
        pages.addHook('preValidation', async (request) => {
          const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
          request.body = Object.fromEntries(new URLSearchParams(text));
        });
        registerApprovalPage(pages, checkout, findOrder);
      });
      app.register(async (api) =>
        registerPaypal(api, {
          world,
          tokens,
          events,
          checkout,
          resources,
          findAccount: (clientId) => accounts.get(clientId),
        }),
      );
    },

    addAccount() {
      const clientId = `A${base64UrlId(59)}`;
      const clientSecret = `E${base64UrlId(59)}`;
      const webhookId = upperId(17);
      accounts.set(clientId, new PaypalAccount({ name: clientId, clientId, clientSecret, webhookId }));
      return { account: clientId, credentials: { clientId, clientSecret, webhookId } };
    },

    async setWebhook(name, url) {
      const account = [...accounts.values()].find((one) => one.name === name || one.clientId === name);
      if (!account) throw new ControlError(404, `paypal has no account ${name}`);
      moveMainWebhook(account, url);
      return { account: account.name, url, secret: { webhookId: account.mainWebhookId } };
    },

    simulations: {
      approve: simulation(z.strictObject({ orderId: z.string().min(1) }), ({ orderId }) => {
        const { account, order } = orderOrRefuse(orderId);
        checkout.approve(account, order);
        return resources.order(account, order);
      }),
      'capture-outcome': simulation(
        z.strictObject({
          orderId: z.string().min(1),
          outcome: z.enum(['COMPLETED', 'PENDING', 'DECLINED', 'INSTRUMENT_DECLINED']),
        }),
        ({ orderId, outcome }) => {
          orderOrRefuse(orderId).order.captureOutcome = outcome;
          return { orderId, outcome };
        },
      ),
      settle: simulation(
        z.strictObject({ captureId: z.string().min(1), status: z.enum(['COMPLETED', 'DENIED']) }),
        ({ captureId, status }) => {
          for (const account of accounts.values()) {
            const capture = account.captures.get(captureId);
            if (!capture) continue;
            if (capture.status !== 'PENDING') throw new ControlError(409, `the capture is ${capture.status}`);
            checkout.settle(account, capture, status);
            return resources.capture(capture);
          }
          throw new ControlError(404, `paypal has no capture ${captureId}`);
        },
      ),
      'replay-event': simulation(z.strictObject({ eventId: z.string().min(1) }), ({ eventId }) => {
        for (const account of accounts.values()) {
          const event = account.events.get(eventId);
          if (event) return { eventId, type: event.event_type, sentTo: events.send(account, event) };
        }
        throw new ControlError(404, `paypal has no event ${eventId}`);
      }),
    },

    reset: seed,
  };
}
