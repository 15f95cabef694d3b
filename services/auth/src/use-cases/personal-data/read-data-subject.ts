import type { DataSubject } from '@switchboard/personal-data';
import { type Database, SYSTEM, type Tx } from '@switchboard/storage';
import { DataRequest } from '../../domain/data-request.ts';
import { requireDataService } from './data-services.ts';
import { missingServices } from './missing-services.ts';

/** Tells a service whose data a request is about. */
export class ReadDataSubject {
  constructor(private readonly database: Database) {}

  /**
   * @returns `undefined` unless the request is carried out and the asker's share is missing.
   * @throws AppError FORBIDDEN for an asker that keeps no data.
   */
  execute(asker: string, requestId: string): Promise<DataSubject | undefined> {
    const service = requireDataService(asker);
    return this.database.read(SYSTEM, async (em) => {
      const request = await em.findOne(DataRequest, { id: requestId, state: 'RUNNING' });
      if (!request) return undefined;
      const { kind, scope, workspaceId, userId, email, connectionIds } = request;
      const missing = await missingServices(em, requestId);
      if (!missing.includes(service)) return undefined;
      if (service === 'auth' && kind === 'ERASURE' && !(await isAuthsTurn(em, missing, request))) {
        return undefined;
      }
      return {
        kind,
        scope,
        userId: userId ?? '',
        email: email ?? '',
        workspaceId: scope === 'WORKSPACE' ? workspaceId : '',
        connectionIds,
      };
    });
  }
}

/** Auth is last: the others ask it whose data it is, and grants are ended at vendors with keys that it erases. */
async function isAuthsTurn(
  em: Tx['em'],
  missing: readonly string[],
  { connectionIds }: DataRequest,
): Promise<boolean> {
  if (missing.length > 1) return false;
  if (connectionIds.length === 0) return true;
  const marks = connectionIds.map(() => '?').join(', ');
  const open = await em.execute<unknown[]>(
    `select 1 from intents where kind = 'revoke-grant' and state = 'READY'
     and payload->>'connectionId' in (${marks}) limit 1`,
    [...connectionIds],
  );
  return open.length === 0;
}
