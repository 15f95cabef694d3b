import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/**
 * `GET /data-exports/<token>`: the copy that a token is for, as a ZIP archive. The token is the permission.
 * @param open the archive; `undefined` for a token that is over, and for a copy that is gone.
 */
export function addDataExports(
  app: FastifyInstance,
  open: (token: string) => Promise<{ name: string; archive: Readable } | undefined>,
): void {
  app.get<{ Params: { token: string } }>('/data-exports/:token', async (request, reply) => {
    const { token } = request.params;
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
    const found = await open(token);
    if (!found) return reply.code(404).type('text/plain').send('This link is over. Ask for another.');
    return reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="${found.name}"`)
      .send(found.archive);
  });
}
