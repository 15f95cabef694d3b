import { AppError, FAILURES } from '@switchboard/errors';
import type { Intent, IntentWorker } from '@switchboard/intents';
import type { UnitOfWork } from '@switchboard/messaging';
import { type Logger, rootTrace, withTrace } from '@switchboard/observability';
import type { Credential } from '@switchboard/providers';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingWebhook, WebhookAnswer } from './delivery.ts';
import type { FindCredential } from './process.ts';
import { type ProcessPayload, storeDelivery } from './store.ts';
import type { AnyWebhookVendor } from './vendor.ts';

const BODY_MAX_BYTES = 1024 * 1024;
const NOTHING_TO_SAY: WebhookAnswer = { status: 204, contentType: 'text/plain', body: '' };

export interface WebhookRouteOptions {
  readonly vendors: readonly AnyWebhookVendor[];
  readonly intents: ReadonlyMap<string, Intent<ProcessPayload, unknown>>;
  readonly unitOfWork: UnitOfWork;
  readonly worker: IntentWorker;
  readonly findCredential: FindCredential;
  /** Where vendors reach the installation, such as `https://api.example.com`. */
  readonly publicUrl: string;
  readonly logger: Logger;
}

/**
 * `POST /webhooks/<vendor>/<connection>`: verify over the raw bytes, store, answer; the work comes afterwards.
 * Answers 2xx only after the commit; 400 for what is not the vendor's; 503 while it cannot be stored.
 */
export function webhookRoutes(server: FastifyInstance, options: WebhookRouteOptions): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_MAX_BYTES },
      (_request, body, done) => done(null, body),
    );
    for (const vendor of options.vendors) {
      scope.post(`/webhooks/${vendor.vendor}/:connectionId`, (request, reply) =>
        withTrace(rootTrace({ kind: 'system' }, `webhook.${vendor.vendor}`), () =>
          receive(vendor, options, request, reply),
        ),
      );
    }
  });
}

async function receive(
  vendor: AnyWebhookVendor,
  options: WebhookRouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const webhook = toWebhook(request, options.publicUrl);
  try {
    const credential = await credentialIfReachable(options, vendor.vendor, webhook.connectionId);
    const key = credential && (await vendor.verify(webhook, credential));
    const now = credential && vendor.answerNow?.(webhook, credential);
    if (now) return send(reply, now);
    const work = options.intents.get(vendor.vendor);
    if (!work) throw new AppError('INTERNAL', `no work registered for ${vendor.vendor}`);
    const { accepted = NOTHING_TO_SAY } = vendor;
    const answer = typeof accepted === 'function' ? await accepted(webhook) : accepted;
    const intentId = await storeDelivery(options.unitOfWork, vendor.vendor, webhook, key, work);
    if (intentId) void options.worker.runNow(intentId);
    return send(reply, answer);
  } catch (thrown) {
    const error = AppError.from(thrown);
    options.logger.warn(
      { err: thrown, vendor: vendor.vendor, connectionId: webhook.connectionId },
      'webhook refused',
    );
    // One status for a wrong signature and a stale one: a forger learns nothing.
    const status = error.code === 'REJECTED' ? 400 : FAILURES[error.code].http;
    return reply
      .code(status)
      .type('text/plain')
      .send(status === 503 ? 'try again' : 'refused');
  }
}

/** While the secrets cannot be had the callback is stored unverified, and verified before any work. */
async function credentialIfReachable(
  options: WebhookRouteOptions,
  vendor: string,
  connectionId: string,
): Promise<Credential | undefined> {
  try {
    return await options.findCredential(vendor, connectionId);
  } catch (thrown) {
    if (AppError.from(thrown).code === 'UNAVAILABLE') return undefined;
    throw thrown;
  }
}

function toWebhook(request: FastifyRequest, publicUrl: string): IncomingWebhook {
  const { connectionId } = request.params as { connectionId: string };
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
  return {
    connectionId,
    method: request.method,
    publicUrl: new URL(request.url, publicUrl).href,
    headers,
    body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
    receivedAt: new Date(),
  };
}

function send(reply: FastifyReply, { status, contentType, body }: WebhookAnswer): FastifyReply {
  return reply.code(status).type(contentType).send(body);
}
