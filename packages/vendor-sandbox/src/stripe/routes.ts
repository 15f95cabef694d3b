import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type NestedForm, parseNestedForm } from '../forms.ts';
import { alphanumericId } from '../random-ids.ts';
import { attachFaults, attachTraffic } from '../traffic/attach-traffic.ts';
import type { StripeAccount } from './account.ts';
import type { AddRoute, StripeCall, StripeRoutes } from './add-route.ts';
import { expanded } from './expand.ts';
import { Idempotency } from './idempotency.ts';
import { registerCoreRoutes } from './routes-core.ts';
import { registerPaymentRoutes } from './routes-payments.ts';
import { faultBody, StripeError, stripeErrorBody } from './stripe-error.ts';

const DEFAULT_VERSION = '2026-10-28.endive';

/** Stripe's API v1, as far as payments need it. https://docs.stripe.com/api */
export function registerStripe(app: FastifyInstance, dependencies: StripeRoutes): void {
  const { world, findAccount } = dependencies;
  const idempotency = new Idempotency(() => world.now().getTime());
  const calls = new WeakMap<FastifyRequest, StripeCall>();

  attachTraffic(app, world, 'stripe', (contentType, body) => {
    if (contentType.startsWith('application/json')) return {};
    return parseNestedForm(body.toString('utf8'));
  });
  app.addHook('preHandler', async (request, reply) => {
    const requestId = `req_${alphanumericId(14)}`;
    reply.header('request-id', requestId);
    reply.header('stripe-version', request.headers['stripe-version'] ?? DEFAULT_VERSION);
    const account = authenticate(request, findAccount);
    const key = request.headers['idempotency-key'];
    const query = parseNestedForm(request.url.split('?')[1] ?? '');
    calls.set(request, {
      account,
      form: request.method === 'POST' ? (request.body as NestedForm) : query,
      cause: { id: requestId, idempotencyKey: typeof key === 'string' ? key : null },
    });
    return idempotency.claim(request, reply, { account, requestId }) ? reply : undefined;
  });
  attachFaults(app, world, 'stripe', (status) => ({ body: faultBody(status) }));
  app.addHook('onSend', async (request, reply, payload) => {
    idempotency.settle(request, reply.statusCode, payload);
    return payload;
  });
  app.setNotFoundHandler((request) => {
    throw new StripeError(404, {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${request.method}: ${request.url.replace(/^\/stripe/, '').split('?')[0]}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
    });
  });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, idempotency));

  const add: AddRoute = (method, path, handle) => {
    app.route<{ Params: Record<string, string> }>({
      method,
      url: path,
      handler: (request, reply) => {
        const call = calls.get(request);
        if (!call) throw new Error('a Stripe route ran without authentication');
        const answer = handle(call, request.params);
        return reply
          .header('content-type', 'application/json')
          .send(JSON.stringify(expanded(call.account, answer, call.form), null, 2));
      },
    });
  };
  registerPaymentRoutes(add, dependencies);
  registerCoreRoutes(add, dependencies);
}

/** Keys travel as bearer tokens or as the user of basic authentication. https://docs.stripe.com/api/authentication */
function authenticate(
  request: FastifyRequest,
  findAccount: (secretKey: string) => StripeAccount | undefined,
): StripeAccount {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ');
  const key =
    scheme === 'Basic'
      ? Buffer.from(value ?? '', 'base64')
          .toString('utf8')
          .split(':')[0]
      : value;
  if (!key) {
    throw new StripeError(401, {
      type: 'invalid_request_error',
      message:
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
    });
  }
  const account = findAccount(key);
  if (!account) {
    const shown =
      key.length > 12 ? `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}` : '****';
    throw new StripeError(401, {
      type: 'invalid_request_error',
      message: `Invalid API Key provided: ${shown}`,
    });
  }
  return account;
}

function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  idempotency: Idempotency,
): FastifyReply {
  reply.header('content-type', 'application/json');
  if (!(error instanceof StripeError)) {
    request.log.error(error);
    return reply.code(500).send(JSON.stringify(faultBody(500)));
  }
  if (error.isExecuted) idempotency.markExecuted(request);
  if (error.status === 409) reply.header('stripe-should-retry', 'true');
  return reply.code(error.status).send(JSON.stringify(stripeErrorBody(error.fields), null, 2));
}
