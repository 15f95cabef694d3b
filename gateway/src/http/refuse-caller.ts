import { type AppError, FAILURES } from '@switchboard/errors';
import type { Logger } from '@switchboard/observability';
import { refusal, refuse } from '@switchboard/subgraph';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Nobody, or nobody can tell: the whole request is refused, and nothing of it runs. */
export function refuseCaller(
  failure: AppError,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const policy = FAILURES[failure.code];
  if (policy.http >= 500) {
    logger.warn({ err: failure }, 'caller not established');
    reply.header('retry-after', '1');
  }
  if (failure.retryAfterMs !== undefined && policy.http === 429) {
    reply.header('retry-after', String(Math.ceil(failure.retryAfterMs / 1_000)));
  }
  if (policy.http === 401) reply.header('www-authenticate', 'Bearer');
  const message =
    failure.code === 'INTERNAL'
      ? 'Internal server error'
      : (failure.publicMessage ?? 'Temporarily unavailable.');
  return refuse(request, reply, policy.http, refusal(policy.graphql, message));
}
