import { GraphQLError } from 'graphql';
import { PLACES_MAX } from '../graph/error-places.ts';
import type { SubgraphError } from '../graph/subgraph-answer.ts';
import type { Place } from './execution.ts';

/** Where the entities of one call stand in the client's answer. */
export interface CalledPlaces {
  /** All of them, in the order of the answer. */
  readonly all: readonly Place[];
  /** Those of the representation with this index. */
  of(index: number): readonly Place[];
}

/**
 * Gives the errors of one call their places in the client's answer.
 *
 * - The error of an entity stands wherever that entity stands.
 * - An error without a place concerns the call as a whole: it stands at every field that was asked for, 20 at most.
 *
 * @param keys of the fields that were asked for, at the root or of each entity.
 * @param places lazily, for calls about entities; absent for calls at the root.
 */
export function placeCallErrors(
  errors: readonly SubgraphError[],
  subgraph: string,
  keys: readonly string[],
  places: (() => CalledPlaces) | undefined,
): GraphQLError[] {
  return errors.flatMap((error) => {
    const path = error.path ?? [];
    const [, index, ...rest] = path;
    if (places && path[0] === '_entities' && typeof index === 'number') {
      const standsAt = places().of(index);
      if (standsAt.length > 0) {
        return standsAt.map((place) => clientError(error, subgraph, [...place, ...rest]));
      }
    }
    if (!places && path.length > 0) return [clientError(error, subgraph, path)];
    return (places?.().all ?? [[]])
      .flatMap((place) => keys.map((key) => [...place, key]))
      .slice(0, PLACES_MAX)
      .map((place) => clientError(error, subgraph, place));
  });
}

/** `serviceName` tells the gateway's formatting that a subgraph raised it; it never leaves. */
function clientError(error: SubgraphError, subgraph: string, path: Place): GraphQLError {
  return new GraphQLError(error.message || 'A subgraph failed', {
    path,
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName: subgraph },
  });
}
