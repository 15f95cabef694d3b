import type { FastifyInstance } from 'fastify';
import { CONSENT_VENDORS, type ConsentVendor } from '../domain/consent-vendors.ts';
import type { AnswerConsent } from '../use-cases/answer-consent.ts';

const STATE = /^[\w-]{43}$/;
const CODE_LENGTH_MAX = 4_096;
const ERROR = /^[a-z_]{1,64}$/;

const EXPIRED = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Start again</title>
<p>This link has expired or was used already. Go back to where you came from and connect again.</p></html>`;

/** `GET /oauth/<vendor>/callback`: where vendors send a person back to. The code is handed on, not used. */
export function addConsentCallback(app: FastifyInstance, answerConsent: AnswerConsent): void {
  app.get<{ Params: { vendor: string }; Querystring: Record<string, unknown> }>(
    '/oauth/:vendor/callback',
    async (request, reply) => {
      // The address holds a code: nobody keeps it, and nobody it leads to is told of it.
      reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
      const vendor = vendorNamed(request.params.vendor);
      if (!vendor) return reply.code(404).send('Not found');
      const { state, code, error } = request.query;
      const isWellFormed =
        typeof state === 'string' &&
        STATE.test(state) &&
        (code === undefined || (typeof code === 'string' && code !== '' && code.length <= CODE_LENGTH_MAX));
      const location = isWellFormed
        ? await answerConsent.execute({
            vendor,
            state,
            code,
            error: typeof error === 'string' && ERROR.test(error) ? error : undefined,
          })
        : undefined;
      if (location === undefined) return reply.code(400).type('text/html; charset=utf-8').send(EXPIRED);
      return reply.redirect(location, 303);
    },
  );
}

function vendorNamed(name: string): ConsentVendor | undefined {
  return CONSENT_VENDORS.find((vendor) => vendor.toLowerCase() === name);
}
