import { Transform } from 'node:stream';
import { isId } from '@switchboard/ids';
import type { Logger } from '@switchboard/observability';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Dispatcher } from 'undici';

const BODY_BYTES_MAX = 25 * 1_024 * 1_024;
const TIMEOUT_MS = 120_000;

class TooLarge extends Error {}

/** `PUT /uploads/<id>?token=…`: streams a file to mail. The token in the URL is the permission. */
export function addUploadProxy(app: FastifyInstance, mail: Dispatcher, logger: Logger): void {
  app.register(async (scope) => {
    // The bytes are passed on as they come; a parser would hold 25 MB per upload.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    scope.put<{ Params: { id: string } }>('/uploads/:id', async (request, reply) => {
      if (!isId('upl', request.params.id)) return reply.code(404).send('Not found');
      const announced = Number(request.headers['content-length'] ?? 0);
      if (announced > BODY_BYTES_MAX) return tooLarge(reply);
      try {
        const response = await mail.request({
          method: 'PUT',
          path: request.url,
          headers: {
            'content-type': request.headers['content-type'] ?? 'application/octet-stream',
            ...(announced > 0 && { 'content-length': String(announced) }),
            // RFC 9530: lets mail refuse a file that changed on its way.
            ...(typeof request.headers['content-digest'] === 'string' && {
              'content-digest': request.headers['content-digest'],
            }),
          },
          body: request.raw.pipe(countingTo(BODY_BYTES_MAX)),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const body = Buffer.from(await response.body.arrayBuffer());
        const type = response.headers['content-type'];
        if (typeof type === 'string') reply.header('content-type', type);
        return reply.code(response.statusCode).send(body);
      } catch (err) {
        if (err instanceof TooLarge) return tooLarge(reply);
        logger.warn({ err }, 'upload not delivered');
        return reply.code(503).header('retry-after', '5').send('Temporarily unavailable');
      }
    });
  });
}

function tooLarge(reply: FastifyReply): FastifyReply {
  return reply.code(413).header('connection', 'close').send('Files may have 25 MB at most.');
}

/** Passes bytes on and fails once there are more than announced lengths allow. */
function countingTo(bytesMax: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > bytesMax) done(new TooLarge());
      else done(null, chunk);
    },
  });
}
