import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredAnswer, StripeAccount } from './account.ts';
import { invalid, StripeError } from './stripe-error.ts';

const KEY_CHARACTERS_MAX = 255;
const KEPT_MS = 24 * 3_600_000;

/**
 * Idempotency keys: the status and body of the first executed request are kept for a day, 500s included, and
 * answered again; other parameters under the same key are an error, a request that still runs is a conflict.
 * Answers to wrong parameters and to refused keys are not kept. https://docs.stripe.com/api/idempotent_requests
 */
export class Idempotency {
  readonly #own = new WeakMap<
    FastifyRequest,
    { account: StripeAccount; key: string; answer: StoredAnswer }
  >();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Claims the request's key; answers and returns true when there is an answer already. */
  claim(
    request: FastifyRequest,
    reply: FastifyReply,
    context: { account: StripeAccount; requestId: string },
  ): boolean {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || typeof key !== 'string' || key === '') return false;
    if (key.length > KEY_CHARACTERS_MAX) {
      throw invalid(`Idempotency keys may have up to ${KEY_CHARACTERS_MAX} characters.`);
    }
    reply.header('idempotency-key', key);
    const path = request.url.replace(/^\/stripe/, '');
    const fingerprint = createHash('sha256').update(request.exchange.rawBody).digest('hex');
    const found = context.account.answers.get(key);
    if (!found || this.#nowMs() - found.at > KEPT_MS) {
      const answer: StoredAnswer = {
        path,
        fingerprint,
        requestId: context.requestId,
        at: this.#nowMs(),
        status: null,
        body: '',
        isExecuted: false,
      };
      context.account.answers.set(key, answer);
      this.#own.set(request, { account: context.account, key, answer });
      return false;
    }
    refuseOtherRequest(found, { path, fingerprint, key });
    request.exchange.isReplay = true;
    reply
      .code(found.status ?? 200)
      .header('idempotent-replayed', 'true')
      .header('original-request', found.requestId)
      .header('content-type', 'application/json')
      .send(found.body);
    return true;
  }

  /** The endpoint began its work, although it refuses. */
  markExecuted(request: FastifyRequest): void {
    const own = this.#own.get(request);
    if (own) own.answer.isExecuted = true;
  }

  /** Keeps the answer, or frees the key. Call when the answer is about to go out. */
  settle(request: FastifyRequest, status: number, body: unknown): void {
    const own = this.#own.get(request);
    if (!own) return;
    const isKept = status < 400 || status === 402 || status === 500 || own.answer.isExecuted;
    if (!isKept) {
      own.account.answers.delete(own.key);
      return;
    }
    own.answer.status = status;
    own.answer.body = typeof body === 'string' ? body : '';
  }
}

function refuseOtherRequest(
  found: StoredAnswer,
  { path, fingerprint, key }: { path: string; fingerprint: string; key: string },
): void {
  if (found.path !== path) {
    throw new StripeError(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${path}' vs '${found.path}'). Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  }
  if (found.fingerprint !== fingerprint) {
    throw new StripeError(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  }
  if (found.status === null) {
    throw new StripeError(409, {
      type: 'invalid_request_error',
      code: 'idempotency_key_in_use',
      message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
    });
  }
}
