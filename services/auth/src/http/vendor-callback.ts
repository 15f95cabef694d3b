import type { FastifyInstance } from 'fastify';
import type { VendorAnswer } from '../use-cases/grants/answer-consent.ts';

const STATE = /^[\w-]{43}$/;
const CODE_LENGTH_MAX = 4_096;
const ERROR = /^[a-z_]{1,64}$/;

const EXPIRED = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Start again</title>
<p>This link has expired or was used already. Go back to where you came from and start again.</p></html>`;

/**
 * `GET /<path>/<vendor>/callback`: where vendors send a person back to. The code is handed on, not used.
 * @param answer where to send the person; `undefined` for an answer that belongs to nothing under way.
 */
export function addVendorCallback<V extends string>(
  app: FastifyInstance,
  path: 'oauth' | 'sign-in',
  vendors: readonly V[],
  answer: (vendor: V, answered: VendorAnswer) => Promise<string | undefined>,
): void {
  app.get<{ Params: { vendor: string }; Querystring: Record<string, unknown> }>(
    `/${path}/:vendor/callback`,
    async (request, reply) => {
      // The address holds a code: nobody keeps it, and nobody it leads to is told of it.
      reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
      const vendor = vendors.find((name) => name.toLowerCase() === request.params.vendor);
      if (!vendor) return reply.code(404).send('Not found');
      const answered = readAnswer(request.query);
      const location = answered && (await answer(vendor, answered));
      if (location === undefined) return reply.code(400).type('text/html; charset=utf-8').send(EXPIRED);
      return reply.redirect(location, 303);
    },
  );
}

function readAnswer({ state, code, error }: Record<string, unknown>): VendorAnswer | undefined {
  if (typeof state !== 'string' || !STATE.test(state)) return undefined;
  const isCode = typeof code === 'string' && code !== '' && code.length <= CODE_LENGTH_MAX;
  if (code !== undefined && !isCode) return undefined;
  return {
    state,
    code: isCode ? code : undefined,
    error: typeof error === 'string' && ERROR.test(error) ? error : undefined,
  };
}
