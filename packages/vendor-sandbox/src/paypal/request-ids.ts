import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeptAnswer, PaypalAccount } from './account.ts';
import { PaypalError, paypalErrorBody, unprocessable } from './paypal-error.ts';

const HOUR_MS = 3_600_000;
const ID_CHARACTERS_MAX = 108;

/**
 * `PayPal-Request-Id`: a repeated request gets the first answer again, with 200 instead of 201. Only what succeeded
 * is kept: 6 hours for orders, 45 days for payments.
 * https://developer.paypal.com/api/rest/reference/idempotency/
 */
export class RequestIds {
  readonly #own = new WeakMap<FastifyRequest, { account: PaypalAccount; key: string; answer: KeptAnswer }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Claims the request's id; answers and returns true when there is an answer already. */
  claim(request: FastifyRequest, reply: FastifyReply, account: PaypalAccount): boolean {
    const id = request.headers['paypal-request-id'];
    if (request.method !== 'POST' || typeof id !== 'string' || id === '') return false;
    if (id.length > ID_CHARACTERS_MAX) {
      throw new PaypalError(
        400,
        paypalErrorBody('INVALID_REQUEST', [
          {
            field: 'PayPal-Request-Id',
            location: 'header',
            issue: 'INVALID_STRING_MAX_LENGTH',
            description: 'The value of a field is too long.',
          },
        ]),
      );
    }
    const path = request.url.split('?')[0] ?? '';
    const keptMs = path.includes('/v2/checkout/') ? 6 * HOUR_MS : 45 * 24 * HOUR_MS;
    const key = `${path} ${id}`;
    const fingerprint = createHash('sha256').update(request.exchange.rawBody).digest('hex');
    const found = account.answers.get(key);
    if (!found || this.#nowMs() - found.at > keptMs) {
      const answer: KeptAnswer = { fingerprint, at: this.#nowMs(), body: null };
      account.answers.set(key, answer);
      this.#own.set(request, { account, key, answer });
      return false;
    }
    if (found.fingerprint !== fingerprint) {
      throw unprocessable(
        'DUPLICATE_REQUEST_ID',
        'The value of PayPal-Request-Id header has already been used. Please specify a different value and try again.',
      );
    }
    if (found.body === null) {
      throw new PaypalError(
        409,
        paypalErrorBody('RESOURCE_CONFLICT', [
          {
            issue: 'PREVIOUS_REQUEST_IN_PROGRESS',
            description:
              'A previous request on this resource is currently in progress. Please wait for sometime and try again. It is best to space out the initial and the subsequent request(s) to avoid receiving this error.',
          },
        ]),
      );
    }
    request.exchange.isReplay = true;
    reply.code(200).header('content-type', 'application/json').send(found.body);
    return true;
  }

  /** Keeps the answer, or frees the id. Call when the answer is about to go out. */
  settle(request: FastifyRequest, status: number, body: unknown): void {
    const own = this.#own.get(request);
    if (!own) return;
    if (status < 300 && typeof body === 'string') own.answer.body = body;
    else own.account.answers.delete(own.key);
  }
}
