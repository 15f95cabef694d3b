import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { FastifyInstance } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.map': 'application/json',
};

/** Where links in mails lead: the explorer opens them and fills in their token. */
const MAIL_LINK = /^(verify-email|accept-invitation|reset-password|data-requests)\/[\w.~-]+\/?$/;

/** `GET /` and what it loads: the explorer's built files, if it was built. */
export function addExplorer(app: FastifyInstance, folder: string): void {
  const root = normalize(folder);
  app.get<{ Params: { '*': string } }>('/*', async (request, reply) => {
    const asked = request.params['*'];
    const path = asked === '' || MAIL_LINK.test(asked) ? 'index.html' : asked;
    const file = join(root, path);
    const type = TYPES[extname(file)];
    if (!type || path.includes('\0') || !file.startsWith(root + sep)) return notFound();
    try {
      const content = await readFile(file);
      // Names under assets/ carry a hash of their content.
      const cache = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      return reply.header('content-type', type).header('cache-control', cache).send(content);
    } catch {
      return notFound();
    }

    function notFound() {
      return reply.code(404).header('content-type', 'text/plain; charset=utf-8').send('Not found');
    }
  });
}
