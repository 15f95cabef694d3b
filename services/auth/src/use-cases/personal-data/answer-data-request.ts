import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { DataRequestAnsweredSchema, DataRequestCompletedSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { after, type Clock } from '../../domain/clock.ts';
import { DataRequest, EXPORT_KEPT_MS } from '../../domain/data-request.ts';
import { factsOf } from './data-request-facts.ts';
import { requireDataService } from './data-services.ts';
import { missingServices } from './missing-services.ts';

/** How much a service did. */
export interface DoneShare {
  readonly rows: number;
  /** Pieces of the copy. */
  readonly parts: number;
}

/** Notes that a service did its share; the last one completes the request. */
export class AnswerDataRequest {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /** The same answer again changes nothing. @throws AppError FORBIDDEN for an asker that keeps no data. */
  execute(asker: string, requestId: string, { rows, parts }: DoneShare): Promise<void> {
    const service = requireDataService(asker);
    return this.unitOfWork.run(SYSTEM, async (tx) => {
      const { em, record } = tx;
      await em.execute('select 1 from data_requests where id = ? for update', [requestId]);
      const request = await em.findOne(DataRequest, { id: requestId, state: 'RUNNING' });
      if (!request || !(await missingServices(em, requestId)).includes(service)) return;
      const now = this.now();
      await em.execute(
        'insert into data_answers (request_id, service, rows, answered_at) values (?, ?, ?, ?)',
        [requestId, service, rows, now],
        'run',
      );
      // What an interrupted beginning left behind.
      await em.execute(
        'delete from data_parts where request_id = ? and service = ? and sequence >= ?',
        [requestId, service, parts],
        'run',
      );
      const { workspaceId } = request;
      record(DataRequestAnsweredSchema, { requestId, service, rows: BigInt(rows) }, { workspaceId });
      const missing = await missingServices(em, requestId);
      if (missing.length === 0) complete(tx, request, now);
      else if (missing.length === 1 && missing[0] === 'auth') request.announceAt = now;
    });
  }
}

function complete({ record }: EventTx, request: DataRequest, now: Date): void {
  request.state = 'DONE';
  request.announceAt = null;
  request.completedAt = now;
  request.email = null;
  if (request.kind === 'EXPORT') request.expiresAt = after(now, EXPORT_KEPT_MS);
  record(DataRequestCompletedSchema, factsOf(request), { workspaceId: request.workspaceId });
}
