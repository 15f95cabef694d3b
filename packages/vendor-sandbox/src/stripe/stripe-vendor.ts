import { z } from 'zod';
import { stripeAccount } from '../accounts.ts';
import { ControlError } from '../control/control-error.ts';
import { alphanumericId } from '../random-ids.ts';
import { PLATFORM_ACCOUNT, simulation, type Vendor } from '../vendor.ts';
import type { World } from '../world.ts';
import { StripeAccount } from './account.ts';
import { registerAuthenticationPage } from './authentication-page.ts';
import { addEndpoint, NO_CAUSE, StripeEvents } from './events.ts';
import type { PaymentIntent, StripeObject } from './objects.ts';
import { StripePayments } from './payments.ts';
import { StripeRefunds } from './refunds.ts';
import { registerStripe } from './routes.ts';
import { StripeError } from './stripe-error.ts';

/** Stripe: payment intents, refunds, events. */
export function createStripe(world: World): Vendor {
  const accounts = new Map<string, StripeAccount>();
  const events = new StripeEvents(world);
  const payments = new StripePayments(world, events);
  const refunds = new StripeRefunds(world, events);

  const moveMainEndpoint = (account: StripeAccount, url: string): void => {
    if (account.mainEndpointId) account.endpoints.delete(account.mainEndpointId);
    account.mainEndpointId = addEndpoint(account, {
      url,
      enabledEvents: ['*'],
      secret: account.webhookSecret,
      created: events.nowSeconds(),
    }).id;
  };

  const seed = (): void => {
    accounts.clear();
    const account = new StripeAccount({ name: PLATFORM_ACCOUNT, ...stripeAccount });
    accounts.set(account.secretKey, account);
    moveMainEndpoint(account, `${world.publicUrl}/webhooks/stripe/sandbox`);
  };
  seed();

  const findObject = <T extends StripeObject>(kind: T['object'], id: string) => {
    for (const account of accounts.values()) {
      const object = account.find<T>(kind, id);
      if (object) return { account, object };
    }
    throw new ControlError(404, `stripe has no ${kind} ${id}`);
  };

  /** A vendor's refusal becomes one of the control API. */
  const orRefuse = (work: () => void): void => {
    try {
      work();
    } catch (thrown) {
      if (thrown instanceof StripeError && thrown.status !== 402) throw new ControlError(409, thrown.message);
      if (!(thrown instanceof StripeError)) throw thrown;
    }
  };

  return {
    name: 'stripe',
    register(app) {
      // The bank's page needs no key: it has a scope of its own, below the same prefix.
      app.register(async (pages) => {
        pages.addHook('preValidation', async (request) => {
          const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
          request.body = Object.fromEntries(new URLSearchParams(text));
        });
        pages.setErrorHandler((error, _request, reply) =>
          error instanceof StripeError
            ? reply.code(error.status).type('text/plain').send(error.message)
            : reply.code(500).type('text/plain').send('The sandbox failed.'),
        );
        registerAuthenticationPage(pages, payments, () => accounts.values());
      });
      app.register(async (api) =>
        registerStripe(api, { world, events, payments, refunds, findAccount: (key) => accounts.get(key) }),
      );
    },

    addAccount() {
      const account = new StripeAccount({
        name: `acct_${alphanumericId(16)}`,
        secretKey: `sk_test_${alphanumericId(48)}`,
        webhookSecret: `whsec_${alphanumericId(32)}`,
      });
      accounts.set(account.secretKey, account);
      return {
        account: account.name,
        credentials: { secretKey: account.secretKey, webhookSecret: account.webhookSecret },
      };
    },

    async setWebhook(name, url) {
      const account = [...accounts.values()].find((one) => one.name === name || one.secretKey === name);
      if (!account) throw new ControlError(404, `stripe has no account ${name}`);
      moveMainEndpoint(account, url);
      return { account: account.name, url, secret: { webhookSecret: account.webhookSecret } };
    },

    simulations: {
      'replay-event': simulation(z.strictObject({ eventId: z.string().min(1) }), ({ eventId }) => {
        const { account, object } = findObject('event', eventId);
        return { eventId, type: object.type, sentTo: events.replay(account, object) };
      }),
      pay: simulation(
        z.strictObject({
          paymentIntentId: z.string().min(1),
          paymentMethod: z.string().min(1).default('pm_card_visa'),
        }),
        ({ paymentIntentId, paymentMethod }) => {
          const { account, object } = findObject<PaymentIntent>('payment_intent', paymentIntentId);
          orRefuse(() => payments.confirm(account, object, { paymentMethod, isFromBrowser: true }, NO_CAUSE));
          return object;
        },
      ),
      authenticate: simulation(
        z.strictObject({
          paymentIntentId: z.string().min(1),
          outcome: z.enum(['success', 'failure']).default('success'),
        }),
        ({ paymentIntentId, outcome }) => {
          const { account, object } = findObject<PaymentIntent>('payment_intent', paymentIntentId);
          orRefuse(() => payments.authenticate(account, object, outcome === 'success'));
          return object;
        },
      ),
    },

    reset: seed,
  };
}
