import { LockMode } from '@mikro-orm/core';
import { notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { DataRequestCancelledSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { DataRequest } from '../../domain/data-request.ts';
import { refusal } from '../../domain/refusal.ts';
import { visibleRequests } from './list-data-requests.ts';

/** Takes an erasure back before it is carried out. */
export class CancelDataRequest {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** @throws AppError FORBIDDEN without a user, NOT_FOUND, REJECTED with `TOO_LATE`. */
  async execute(actor: WorkspaceActor, requestId: string): Promise<DataRequest> {
    requireUserId(actor);
    return this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      const visible = await visibleRequests(em, actor);
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
      const request = await em.findOne(DataRequest, { id: requestId, ...visible }, lock);
      if (!request) throw notFound('DataRequest');
      if (request.state === 'CANCELLED') return request;
      if (request.state !== 'SCHEDULED') {
        throw refusal('TOO_LATE', 'It is being carried out already, or is done.', 'input.dataRequestId');
      }
      request.state = 'CANCELLED';
      request.email = null;
      record(DataRequestCancelledSchema, { requestId }, { workspaceId: request.workspaceId });
      return request;
    });
  }
}
