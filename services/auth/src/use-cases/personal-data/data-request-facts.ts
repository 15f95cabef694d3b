import { DataRequestKind as KindMessage, DataRequestScope as ScopeMessage } from '@switchboard/proto-schemas';
import type { DataRequest } from '../../domain/data-request.ts';

/** What every event says of a request. */
export function factsOf({ id, kind, scope, userId }: DataRequest) {
  return {
    requestId: id,
    kind: KindMessage[kind],
    scope: ScopeMessage[scope],
    userId: userId ?? '',
  };
}
