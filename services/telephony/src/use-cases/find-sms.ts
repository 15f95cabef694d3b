import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan } from '@switchboard/storage';
import { Sms, type SmsDirection } from '../domain/sms.ts';
import type { SmsStatus } from '../domain/sms-status.ts';

export interface SmsFilter {
  readonly direction?: SmsDirection | null | undefined;
  readonly status?: SmsStatus | null | undefined;
  /** The other side's number. */
  readonly contact?: string | null | undefined;
}

/** Reads messages of the caller's workspace. */
export class FindSms {
  constructor(private readonly database: Database) {}

  /** In the order of the ids; null for what is unknown or another workspace's. */
  async byIds(actor: WorkspaceActor, ids: readonly string[]): Promise<(Sms | null)[]> {
    const found = await this.database.read(actor, (em) => em.find(Sms, { id: { $in: [...ids] } }));
    const byId = new Map(found.map((sms) => [sms.id, sms]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** Newest first, one row more than the page holds. */
  page(actor: WorkspaceActor, filter: SmsFilter, plan: PagePlan): Promise<Sms[]> {
    const where = {
      ...(filter.direction && { direction: filter.direction }),
      ...(filter.status && { status: filter.status }),
      ...(filter.contact && { $or: [{ to: filter.contact }, { from: filter.contact }] }),
    };
    return this.database.read(actor, (em) => findPage(em, Sms, where, plan));
  }
}
