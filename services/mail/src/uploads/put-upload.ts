import { rootTrace, withTrace } from '@switchboard/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ATTACHMENT_BYTES_MAX } from '../domain/upload.ts';
import type { StoreUpload, UploadRefusal } from '../use-cases/store-upload.ts';

const ANSWERS: Readonly<Record<UploadRefusal, { status: number; message: string }>> = {
  TOKEN_INVALID: { status: 403, message: 'There is no such upload, or the token is not its own.' },
  EXPIRED: { status: 410, message: 'The upload has expired. Create another one.' },
  ALREADY_STORED: { status: 409, message: 'The file has been uploaded already.' },
  SIZE_MISMATCH: { status: 400, message: 'The file does not have the announced size.' },
  DIGEST_MISMATCH: { status: 400, message: 'The file does not have the hash of its Content-Digest header.' },
};
// RFC 9530: sha-256=:base64:
const DIGEST = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;

interface PutUpload {
  Params: { uploadId: string };
  Querystring: { token?: string | string[] };
}

/** `PUT /uploads/<id>?token=…`: takes the bytes of an announced file. The token in the address is the permission. */
export function uploadRoutes(app: FastifyInstance, storeUpload: StoreUpload): void {
  app.register(async (scope) => {
    // The bytes go to the database as they come; a parser would hold the whole file.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.put<PutUpload>('/uploads/:uploadId', { bodyLimit: ATTACHMENT_BYTES_MAX }, (request, reply) =>
      withTrace(rootTrace({ kind: 'system' }, 'upload'), () => put(request, reply, storeUpload)),
    );
  });
}

async function put(
  request: FastifyRequest<PutUpload>,
  reply: FastifyReply,
  storeUpload: StoreUpload,
): Promise<FastifyReply> {
  const { token } = request.query;
  const length = request.headers['content-length'];
  const digest = request.headers['content-digest'];
  const outcome = await storeUpload.execute({
    uploadId: request.params.uploadId,
    token: typeof token === 'string' ? token : '',
    announcedBytes: length === undefined ? undefined : Number(length),
    sha256Base64: typeof digest === 'string' ? DIGEST.exec(digest)?.[1] : undefined,
    content: request.raw,
  });
  if (!('refused' in outcome)) return reply.code(200).send(outcome);
  const { status, message } = ANSWERS[outcome.refused];
  // The rest of the body is not wanted.
  reply.header('connection', 'close');
  return reply.code(status).send({ error: { code: outcome.refused, message } });
}
