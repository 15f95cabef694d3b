import type { Logger } from '@switchboard/observability';
import type { FastifyInstance } from 'fastify';
import type { Dispatcher } from 'undici';
import type { ServiceName } from '../config.ts';

const BODY_BYTES_MAX = 1_024 * 1_024;
const TIMEOUT_MS = 10_000;

/** Which service owns a vendor's callbacks. */
const OWNERS: Readonly<Record<string, ServiceName>> = {
  sendgrid: 'mail',
  twilio: 'telephony',
  stripe: 'billing',
  paypal: 'billing',
  zoom: 'meetings',
};

/** A path that would leave `/webhooks/` in a server that resolves dots. */
const CLIMBING = /(?:\.|%2e){2}/i;

/** What a vendor signs with, and nothing else. */
const HEADERS = [
  'content-type',
  // twilio.com/docs/usage/webhooks/webhooks-security
  'x-twilio-signature',
  // docs.sendgrid.com: Event Webhook security features
  'x-twilio-email-event-webhook-signature',
  'x-twilio-email-event-webhook-timestamp',
  // docs.stripe.com/webhooks#verify-events
  'stripe-signature',
  // developer.paypal.com/api/rest/webhooks/rest
  'paypal-auth-algo',
  'paypal-cert-url',
  'paypal-transmission-id',
  'paypal-transmission-sig',
  'paypal-transmission-time',
  // developers.zoom.us/docs/api/webhooks
  'x-zm-request-timestamp',
  'x-zm-signature',
] as const;

/**
 * Passes vendors' callbacks to their owners: same method, path, query string and bytes, because signatures
 * cover them; the owner's status and body go back. 503 when the owner is away, so that the vendor repeats.
 */
export function addWebhookProxy(
  app: FastifyInstance,
  pools: Readonly<Record<ServiceName, Dispatcher>>,
  logger: Logger,
): void {
  app.route<{ Params: { vendor: string } }>({
    method: ['GET', 'POST'],
    url: '/webhooks/:vendor/*',
    bodyLimit: BODY_BYTES_MAX,
    async handler(request, reply) {
      const owner = OWNERS[request.params.vendor];
      if (!owner || CLIMBING.test(request.url)) return reply.code(404).send('Not found');
      const headers = Object.fromEntries(
        HEADERS.flatMap((name) => {
          const value = request.headers[name];
          return typeof value === 'string' ? [[name, value]] : [];
        }),
      );
      try {
        const response = await pools[owner].request({
          method: request.method === 'GET' ? 'GET' : 'POST',
          path: request.url,
          headers,
          body: Buffer.isBuffer(request.body) ? request.body : null,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const body = Buffer.from(await response.body.arrayBuffer());
        const type = response.headers['content-type'];
        if (typeof type === 'string') reply.header('content-type', type);
        return reply.code(response.statusCode).send(body);
      } catch (err) {
        logger.warn({ err, vendor: request.params.vendor }, 'webhook not delivered');
        return reply.code(503).header('retry-after', '5').send('Temporarily unavailable');
      }
    },
  });
}
