import type { SubgraphAnswer, SubgraphError } from './subgraph-answer.ts';
import type { SubgraphRequest } from './subgraph-client.ts';

/** Most representations a subgraph takes in one call. */
const CHUNK_SIZE = 200;

/**
 * Splits a call with many representations, so that each part stays within what a subgraph accepts, and puts
 * the answers together as if it had been one call. A part that fails leaves its own entities null.
 */
export function askInChunks(
  request: SubgraphRequest,
  ask: (request: SubgraphRequest) => Promise<SubgraphAnswer>,
): Promise<SubgraphAnswer> {
  const representations = request.variables?.representations;
  const isSmall = !Array.isArray(representations) || representations.length <= CHUNK_SIZE;
  return isSmall ? ask(request) : askParts(request, representations, ask);
}

async function askParts(
  request: SubgraphRequest,
  representations: readonly unknown[],
  ask: (request: SubgraphRequest) => Promise<SubgraphAnswer>,
): Promise<SubgraphAnswer> {
  const starts = Array.from(
    { length: Math.ceil(representations.length / CHUNK_SIZE) },
    (_, index) => index * CHUNK_SIZE,
  );
  const answers = await Promise.all(
    starts.map((start) =>
      ask({
        ...request,
        variables: {
          ...request.variables,
          representations: representations.slice(start, start + CHUNK_SIZE),
        },
      }),
    ),
  );
  const entities: unknown[] = new Array(representations.length).fill(null);
  const errors: SubgraphError[] = [];
  for (const [index, { data, errors: partErrors = [] }] of answers.entries()) {
    const start = starts[index] ?? 0;
    const part = data?._entities;
    if (Array.isArray(part)) for (const [offset, entity] of part.entries()) entities[start + offset] = entity;
    errors.push(...partErrors.map((error) => shifted(error, start)));
  }
  return { data: { _entities: entities }, ...(errors.length > 0 && { errors }) };
}

/** Errors name an entity by its place in the call; here, by its place in the whole. */
function shifted(error: SubgraphError, start: number): SubgraphError {
  const [root, place, ...rest] = error.path ?? [];
  if (root !== '_entities') return error;
  return { ...error, path: ['_entities', typeof place === 'number' ? place + start : start, ...rest] };
}
