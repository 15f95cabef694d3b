import { FAILURES } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import { currentTraceIfAny } from '@switchboard/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { isTooDeep } from './nesting.ts';

const RESPONSE_TYPE = 'application/graphql-response+json';

/** Answers a request that is refused as a whole, as a GraphQL response without data. */
export function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  errors: readonly GraphQLFormattedError[],
): FastifyReply {
  const requestId = currentTraceIfAny()?.requestId ?? newId('req');
  const accept = request.headers.accept ?? '';
  const type = accept.includes(RESPONSE_TYPE) ? RESPONSE_TYPE : 'application/json';
  return reply
    .code(status)
    .header('content-type', `${type}; charset=utf-8`)
    .send(
      JSON.stringify({
        errors: errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } })),
      }),
    );
}

/** The one error of a refusal. */
export function refusal(code: string, message: string): GraphQLFormattedError[] {
  return [{ message, extensions: { code } }];
}

export type ParsedBody =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string };

/**
 * Parses a GraphQL request's bytes. Bytes that are not UTF-8 are refused instead of being replaced, because
 * text is never altered.
 */
export function parseBody(raw: Uint8Array): ParsedBody {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch {
    return { ok: false, message: 'The body is not JSON in UTF-8.' };
  }
  if (Array.isArray(body)) return { ok: false, message: 'Batched requests are not supported.' };
  if (body === null || typeof body !== 'object')
    return { ok: false, message: 'The body is not a JSON object.' };
  if (isTooDeep(body)) return { ok: false, message: 'The body is nested too deeply.' };
  return { ok: true, body: body as Record<string, unknown> };
}

/** The answer to what went wrong below GraphQL, for Fastify's error handler. */
export function refuseTransportError(
  error: { readonly statusCode?: number | undefined },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status === 413)
    return refuse(request, reply, 413, refusal('BAD_USER_INPUT', 'The request is too large.'));
  if (status >= 400 && status < 500) {
    return refuse(request, reply, status, refusal('BAD_REQUEST', 'The request was not understood.'));
  }
  return refuse(request, reply, 500, refusal(FAILURES.INTERNAL.graphql, 'Internal server error'));
}
