import type { FastifyInstance } from 'fastify';

/** Reads the bodies of pages: forms of a browser. */
export function readForms(pages: FastifyInstance): void {
  pages.addHook('preValidation', async (request) => {
    const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    request.body = Object.fromEntries(new URLSearchParams(text));
  });
}
