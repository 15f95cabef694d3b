import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan } from '@switchboard/storage';
import { Call, type CallDirection } from '../domain/call.ts';
import type { CallStatus } from '../domain/call-status.ts';

export interface CallFilter {
  readonly direction?: CallDirection | null | undefined;
  readonly status?: CallStatus | null | undefined;
  /** The other side's number. */
  readonly contact?: string | null | undefined;
}

/** Reads calls of the caller's workspace. */
export class FindCalls {
  constructor(private readonly database: Database) {}

  /** In the order of the ids; null for what is unknown or another workspace's. */
  async byIds(actor: WorkspaceActor, ids: readonly string[]): Promise<(Call | null)[]> {
    const found = await this.database.read(actor, (em) => em.find(Call, { id: { $in: [...ids] } }));
    const byId = new Map(found.map((call) => [call.id, call]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** Newest first, one row more than the page holds. */
  page(actor: WorkspaceActor, filter: CallFilter, plan: PagePlan): Promise<Call[]> {
    const where = {
      ...(filter.direction && { direction: filter.direction }),
      ...(filter.status && { status: filter.status }),
      ...(filter.contact && { $or: [{ to: filter.contact }, { from: filter.contact }] }),
    };
    return this.database.read(actor, (em) => findPage(em, Call, where, plan));
  }
}
