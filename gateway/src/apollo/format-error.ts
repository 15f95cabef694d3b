import { FAILURES } from '@switchboard/errors';
import { currentTraceIfAny, type Logger } from '@switchboard/observability';
import { formatError as formatOwnError } from '@switchboard/subgraph';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

const CLOSED_CODES = new Set<string>(Object.values(FAILURES).map(({ graphql }) => graphql));
const MESSAGE_LENGTH_MAX = 1_000;

/** Extensions a subgraph may add that say where it runs. */
const INWARD = new Set(['serviceName', 'stacktrace', 'http', 'code']);

/**
 * One error as the client sees it. Errors that subgraphs raised on purpose pass with path, code and message;
 * everything else is masked.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  logger: Logger,
): GraphQLFormattedError {
  const fromSubgraph = error instanceof GraphQLError && typeof error.extensions.serviceName === 'string';
  if (!fromSubgraph) return formatOwnError(formatted, error, logger);
  const requestId = currentTraceIfAny()?.requestId;
  const code = String(error.extensions.code);
  const masked = !CLOSED_CODES.has(code) || code === FAILURES.INTERNAL.graphql;
  if (masked) logger.warn({ subgraph: error.extensions.serviceName, code, path: formatted.path }, 'masked');
  return {
    message: masked ? 'Internal server error' : formatted.message.slice(0, MESSAGE_LENGTH_MAX),
    ...(formatted.path && { path: formatted.path }),
    extensions: {
      ...(!masked && outward(error.extensions)),
      code: masked ? FAILURES.INTERNAL.graphql : code,
      ...(requestId && { requestId }),
    },
  };
}

/** Plain values only: nothing nested passes by accident. */
function outward(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(extensions).filter(
      ([name, value]) => !INWARD.has(name) && ['string', 'number', 'boolean'].includes(typeof value),
    ),
  );
}
