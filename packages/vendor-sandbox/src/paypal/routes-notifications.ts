import { verify, X509Certificate } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { upperId } from '../random-ids.ts';
import type { Webhook } from './account.ts';
import type { AddRoute, PaypalRoutes } from './add-route.ts';
import { webhookCertificate } from './certificate.ts';
import { malformed, missing, notFound } from './paypal-error.ts';
import { signedText } from './signature.ts';

/** Webhooks v1. https://developer.paypal.com/docs/api/webhooks/v1/ */
export function registerNotificationRoutes(
  app: FastifyInstance,
  add: AddRoute,
  { events }: PaypalRoutes,
): void {
  /** The certificate that `PAYPAL-CERT-URL` names. https://developer.paypal.com/api/rest/webhooks/rest/ */
  app.get<{ Params: { id: string } }>(
    '/v1/notifications/certs/:id',
    { config: { isOpen: true } },
    (request, reply) => {
      const { id, pem } = webhookCertificate();
      if (request.params.id !== id) throw notFound();
      return reply.header('content-type', 'application/x-pem-file').send(pem);
    },
  );

  /** https://developer.paypal.com/docs/api/webhooks/v1/#verify-webhook-signature_post */
  add('POST', '/v1/notifications/verify-webhook-signature', ({ body }) => {
    const text = (name: string): string => {
      const value = body[name];
      if (typeof value !== 'string') throw missing(`/${name}`);
      return value;
    };
    if (typeof body.webhook_event !== 'object' || body.webhook_event === null)
      throw missing('/webhook_event');
    // The event went out as compact JSON; written again the same way it has the same CRC32.
    const signed = signedText(
      { id: text('transmission_id'), time: text('transmission_time'), webhookId: text('webhook_id') },
      JSON.stringify(body.webhook_event),
    );
    const isValid =
      text('auth_algo') === 'SHA256withRSA' &&
      text('cert_url') === events.certificateUrl() &&
      verify(
        'sha256',
        Buffer.from(signed, 'utf8'),
        new X509Certificate(webhookCertificate().pem).publicKey,
        Buffer.from(text('transmission_sig'), 'base64'),
      );
    return { status: 200, body: { verification_status: isValid ? 'SUCCESS' : 'FAILURE' } };
  });

  /** https://developer.paypal.com/docs/api/webhooks/v1/#webhooks_post */
  add('POST', '/v1/notifications/webhooks', ({ account, body }) => {
    if (typeof body.url !== 'string') throw missing('/url');
    if (!URL.canParse(body.url)) {
      throw malformed({
        field: '/url',
        value: body.url,
        location: 'body',
        issue: 'INVALID_PARAMETER_SYNTAX',
        description: 'The value of a field does not conform to the expected format.',
      });
    }
    if (!Array.isArray(body.event_types) || body.event_types.length === 0) throw missing('/event_types');
    const webhook: Webhook = {
      id: upperId(17),
      url: body.url,
      eventTypes: body.event_types.map((type: { name?: unknown }) => String(type.name)),
    };
    account.webhooks.set(webhook.id, webhook);
    return { status: 201, body: webhookResource(webhook) };
  });

  /** https://developer.paypal.com/docs/api/webhooks/v1/#webhooks_list */
  add('GET', '/v1/notifications/webhooks', ({ account }) => ({
    status: 200,
    body: { webhooks: [...account.webhooks.values()].map(webhookResource) },
  }));

  /** https://developer.paypal.com/docs/api/webhooks/v1/#webhooks_delete */
  add('DELETE', '/v1/notifications/webhooks/:id', ({ account, params }) => {
    if (!account.webhooks.delete(params.id ?? '')) throw notFound();
    return { status: 204 };
  });

  /** https://developer.paypal.com/docs/api/webhooks/v1/#webhooks-events_get */
  add('GET', '/v1/notifications/webhooks-events/:id', ({ account, params }) => {
    const event = account.events.get(params.id ?? '');
    if (!event) throw notFound();
    return { status: 200, body: event };
  });
}

const webhookResource = ({ id, url, eventTypes }: Webhook) => ({
  id,
  url,
  event_types: eventTypes.map((name) => ({ name })),
  links: [],
});
