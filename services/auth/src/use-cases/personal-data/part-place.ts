import type { Place } from '@switchboard/envelope';

/** Where a piece of a copy stands. Its key is kept under the request's id, and ends with the copy. */
export function partPlace({
  requestId,
  service,
  sequence,
}: {
  readonly requestId: string;
  readonly service: string;
  readonly sequence: number;
}): Place {
  return {
    table: 'data_parts',
    column: 'sealed',
    rowId: `${requestId}/${service}/${sequence}`,
    workspaceId: requestId,
  };
}
