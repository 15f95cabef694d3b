import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessTokens } from '../access-tokens.ts';
import { parseFlatForm } from '../forms.ts';
import { upperId } from '../random-ids.ts';
import { attachFaults, attachTraffic } from '../traffic/attach-traffic.ts';
import type { PaypalAccount } from './account.ts';
import type { AddRoute, PaypalRoutes } from './add-route.ts';
import {
  faultBody,
  malformed,
  notFound,
  PaypalError,
  paypalErrorBody,
  unprocessable,
} from './paypal-error.ts';
import { RequestIds } from './request-ids.ts';
import { registerNotificationRoutes } from './routes-notifications.ts';
import { registerOrderRoutes } from './routes-orders.ts';
import { registerPaymentRoutes } from './routes-payments.ts';

const TOKEN_SECONDS = 32_400;

/** PayPal's REST API, as far as checkout needs it. https://developer.paypal.com/api/rest/ */
export function registerPaypal(app: FastifyInstance, dependencies: PaypalRoutes): void {
  const { world, tokens } = dependencies;
  const requestIds = new RequestIds(() => world.now().getTime());
  const accounts = new WeakMap<FastifyRequest, PaypalAccount>();

  attachTraffic(app, world, 'paypal', readBody);
  app.addHook('preHandler', async (request, reply) => {
    reply.header('paypal-debug-id', upperId(13).toLowerCase());
    if (request.routeOptions.config.isOpen) return undefined;
    const account = authenticate(request, tokens);
    accounts.set(request, account);
    refuseAsAsked(request);
    return requestIds.claim(request, reply, account) ? reply : undefined;
  });
  attachFaults(app, world, 'paypal', (status) => ({
    headers: status === 429 ? { 'retry-after': '1' } : {},
    body: faultBody(status),
  }));
  app.addHook('onSend', async (request, reply, payload) => {
    requestIds.settle(request, reply.statusCode, payload);
    return payload;
  });
  app.setNotFoundHandler(() => {
    throw notFound();
  });
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof PaypalError) return reply.code(error.status).send(error.body);
    request.log.error(error);
    return reply.code(500).send(faultBody(500));
  });

  /** https://developer.paypal.com/api/rest/authentication/ */
  app.post('/v1/oauth2/token', { config: { isOpen: true } }, (request, reply) =>
    issueToken(request, reply, dependencies),
  );

  const add: AddRoute = (method, path, handle) => {
    app.route<{ Params: Record<string, string> }>({
      method,
      url: path,
      handler: (request, reply) => {
        const account = accounts.get(request);
        if (!account) throw new Error('a PayPal route ran without authentication');
        const { status, body } = handle({
          account,
          params: request.params,
          body: (request.body ?? {}) as Record<string, unknown>,
          hasRequestId: typeof request.headers['paypal-request-id'] === 'string',
          wantsAll: /return=representation/.test(String(request.headers.prefer ?? '')),
        });
        reply.code(status);
        return body
          ? reply.header('content-type', 'application/json').send(JSON.stringify(body))
          : reply.send();
      },
    });
  };
  registerOrderRoutes(add, dependencies);
  registerPaymentRoutes(add, dependencies);
  registerNotificationRoutes(app, add, dependencies);
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a bearer token. */
    isOpen?: boolean;
  }
}

function readBody(contentType: string, body: Buffer): unknown {
  if (body.length === 0) return {};
  const text = body.toString('utf8');
  if (contentType.startsWith('application/x-www-form-urlencoded')) return parseFlatForm(text);
  if (!contentType.startsWith('application/json')) {
    throw new PaypalError(415, paypalErrorBody('UNSUPPORTED_MEDIA_TYPE'));
  }
  try {
    return JSON.parse(text);
  } catch {
    throw malformed({
      location: 'body',
      issue: 'MALFORMED_REQUEST_JSON',
      description: 'The request JSON is not well formed.',
    });
  }
}

function issueToken(request: FastifyRequest, reply: FastifyReply, { tokens, findAccount }: PaypalRoutes) {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
  const [clientId = '', clientSecret] =
    scheme === 'Basic' ? Buffer.from(value, 'base64').toString('utf8').split(':') : [];
  const account = findAccount(clientId);
  if (!account || account.clientSecret !== clientSecret) {
    return reply
      .code(401)
      .send({ error: 'invalid_client', error_description: 'Client Authentication failed' });
  }
  const grantType = (request.body as { grant_type?: unknown }).grant_type;
  if (grantType !== 'client_credentials') {
    return reply
      .code(400)
      .send({ error: 'unsupported_grant_type', error_description: 'Grant Type is NULL or unsupported' });
  }
  return reply.send({
    scope:
      'https://uri.paypal.com/services/payments/realtimepayment https://uri.paypal.com/services/payments/refund',
    access_token: tokens.issue(account, TOKEN_SECONDS, 'A21AA'),
    token_type: 'Bearer',
    app_id: 'APP-80W284485P519543T',
    expires_in: TOKEN_SECONDS,
    nonce: `${new Date().toISOString()}${upperId(43)}`,
  });
}

function authenticate(request: FastifyRequest, tokens: AccessTokens<PaypalAccount>): PaypalAccount {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer' || !token) {
    throw new PaypalError(401, paypalErrorBody('AUTHENTICATION_FAILURE'));
  }
  const account = tokens.accountOf(token);
  if (!account) throw new PaypalError(401, faultBody(401));
  return account;
}

/**
 * Negative testing as in PayPal's own sandbox: the request names the error it wants.
 * https://developer.paypal.com/tools/sandbox/negative-testing/request-headers/
 */
function refuseAsAsked(request: FastifyRequest): void {
  const header = request.headers['paypal-mock-response'];
  if (typeof header !== 'string') return;
  const code = /"mock_application_codes"\s*:\s*"([A-Z_]+)"/.exec(header)?.[1];
  if (code === 'INTERNAL_SERVER_ERROR') throw new PaypalError(500, faultBody(500));
  if (code) throw unprocessable(code, 'Asked for by PayPal-Mock-Response.');
}
