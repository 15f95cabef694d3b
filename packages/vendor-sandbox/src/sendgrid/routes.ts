import type { FastifyInstance, FastifyRequest } from 'fastify';
import { attachFaults, attachTraffic } from '../traffic/attach-traffic.ts';
import type { World } from '../world.ts';
import type { SendgridAccount } from './account.ts';
import { checkMail } from './check-mail.ts';
import type { SendgridEvents } from './events.ts';
import { sendMail } from './send-mail.ts';
import { faultBody, problem, SendgridError } from './sendgrid-error.ts';

const SCOPES = [
  'mail.send',
  'mail.batch.create',
  'user.profile.read',
  'suppression.read',
  'suppression.delete',
];

/** What the routes need. */
export interface SendgridRoutes {
  readonly world: World;
  readonly events: SendgridEvents;
  findAccount(apiKey: string): SendgridAccount | undefined;
}

/** SendGrid's v3 API, as far as sending needs it. https://www.twilio.com/docs/sendgrid/api-reference */
export function registerSendgrid(app: FastifyInstance, { world, events, findAccount }: SendgridRoutes): void {
  attachTraffic(app, world, 'sendgrid', (_contentType, body) => {
    if (body.length === 0) return {};
    try {
      return JSON.parse(body.toString('utf8'));
    } catch {
      throw new SendgridError(400, [problem('Bad Request')]);
    }
  });
  attachFaults(app, world, 'sendgrid', (status) => ({
    headers:
      status === 429
        ? {
            'x-ratelimit-limit': '600',
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset': String(Math.ceil(world.now().getTime() / 1_000) + 1),
          }
        : {},
    body: faultBody(status),
  }));
  app.setNotFoundHandler(() => {
    throw new SendgridError(404, [problem('Resource not found')]);
  });
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof SendgridError) return reply.code(error.status).send({ errors: error.problems });
    if ((error as { statusCode?: number }).statusCode === 413) return reply.code(413).send(faultBody(413));
    request.log.error(error);
    return reply.code(500).send(faultBody(500));
  });

  /** https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/authentication */
  const authenticate = (request: FastifyRequest): SendgridAccount => {
    const header = request.headers.authorization;
    if (!header?.startsWith('Bearer ')) {
      throw new SendgridError(401, [problem('Permission denied, wrong credentials')]);
    }
    const account = findAccount(header.slice(7));
    if (!account) {
      throw new SendgridError(401, [
        problem('The provided authorization grant is invalid, expired, or revoked'),
      ]);
    }
    return account;
  };

  /** https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send */
  app.post('/v3/mail/send', (request, reply) => {
    const account = authenticate(request);
    const body = checkMail(request.body, world.now());
    // Sandbox mode checks and sends nothing.
    // https://www.twilio.com/docs/sendgrid/for-developers/sending-email/sandbox-mode
    if (body.mail_settings?.sandbox_mode?.enable) return reply.code(200).send();
    const { messageId } = sendMail(world, events, account, body);
    return reply.code(202).header('x-message-id', messageId).send();
  });

  /** https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access */
  app.get('/v3/scopes', (request) => {
    authenticate(request);
    return { scopes: SCOPES };
  });

  /** https://www.twilio.com/docs/sendgrid/api-reference/users-api/get-a-users-profile */
  app.get('/v3/user/profile', (request) => {
    const account = authenticate(request);
    return { first_name: 'Sandbox', last_name: account.name, company: 'Vendor sandbox', country: 'US' };
  });

  /** https://www.twilio.com/docs/sendgrid/api-reference/webhooks/get-signed-event-webhooks-public-key */
  app.get('/v3/user/webhooks/event/settings/signed', (request) => ({
    public_key: authenticate(request).signingKey.publicKeyBase64,
  }));

  /** https://www.twilio.com/docs/sendgrid/api-reference/bounces-api/retrieve-all-bounces */
  app.get('/v3/suppression/bounces', (request) => {
    const account = authenticate(request);
    return [...account.suppressions]
      .filter(([, reason]) => reason === 'Bounced Address')
      .map(([email]) => ({ created: 0, email, reason: '550 5.1.1 User unknown', status: '5.1.1' }));
  });

  /** https://www.twilio.com/docs/sendgrid/api-reference/bounces-api/delete-a-bounce */
  app.delete<{ Params: { email: string } }>('/v3/suppression/bounces/:email', (request, reply) => {
    const account = authenticate(request);
    if (!account.suppressions.delete(request.params.email.toLowerCase())) {
      throw new SendgridError(404, [problem('no bounce exists for this address')]);
    }
    return reply.code(204).send();
  });
}
