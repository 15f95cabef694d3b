import type { UnitOfWork } from '@switchboard/messaging';
import { DataRequestDueSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { after, type Clock } from '../../domain/clock.ts';
import { DataRequest, LAST_REPEAT_MS, REPEAT_MS } from '../../domain/data-request.ts';
import { factsOf } from './data-request-facts.ts';
import { missingServices } from './missing-services.ts';

/** States requests that are to be carried out, again and again until every service has answered. */
export class AnnounceDataRequests {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /** States one. @returns whether there was one. */
  execute(): Promise<boolean> {
    return this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      const now = this.now();
      const [due] = await em.execute<{ id: string }[]>(
        `select id from data_requests where state = 'RUNNING' and announce_at <= ?
         order by announce_at, id limit 1 for update skip locked`,
        [now],
      );
      if (!due) return false;
      const request = await em.findOneOrFail(DataRequest, { id: due.id });
      const missing = await missingServices(em, request.id);
      const isLast = missing.length === 1 && missing[0] === 'auth';
      request.announceAt = after(now, isLast ? LAST_REPEAT_MS : REPEAT_MS);
      record(DataRequestDueSchema, factsOf(request), { workspaceId: request.workspaceId });
      return true;
    });
  }
}
