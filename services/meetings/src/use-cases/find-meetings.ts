import { type FilterQuery, raw } from '@mikro-orm/core';
import type { WorkspaceActor } from '@switchboard/identity';
import { type Database, findPage, type PagePlan } from '@switchboard/storage';
import { canonicalEmail } from '../domain/attendee.ts';
import { Meeting } from '../domain/meeting.ts';
import type { MeetingStatus } from '../domain/meeting-status.ts';

export interface MeetingFilter {
  readonly status?: MeetingStatus | null | undefined;
  readonly startsAfter?: Date | null | undefined;
  readonly startsBefore?: Date | null | undefined;
  /** E-mail address of somebody who is invited. */
  readonly attendee?: string | null | undefined;
}

/** Reads meetings of the caller's workspace. */
export class FindMeetings {
  constructor(private readonly database: Database) {}

  /** In the order of the ids; null for what is unknown or another workspace's. */
  async byIds(actor: WorkspaceActor, ids: readonly string[]): Promise<(Meeting | null)[]> {
    const found = await this.database.read(actor, (em) => em.find(Meeting, { id: { $in: [...ids] } }));
    const byId = new Map(found.map((meeting) => [meeting.id, meeting]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** Newest first, one row more than the page holds. */
  page(actor: WorkspaceActor, filter: MeetingFilter, plan: PagePlan): Promise<Meeting[]> {
    return this.database.read(actor, (em) => findPage(em, Meeting, whereOf(filter), plan));
  }
}

function whereOf({ status, startsAfter, startsBefore, attendee }: MeetingFilter): FilterQuery<Meeting> {
  return {
    ...(status && { status }),
    ...((startsAfter || startsBefore) && {
      startsAt: { ...(startsAfter && { $gte: startsAfter }), ...(startsBefore && { $lt: startsBefore }) },
    }),
    ...(attendee && invites(attendee)),
  } as FilterQuery<Meeting>;
}

/** The condition that an e-mail address is invited. In SQL, because only `@>` uses the index over all attendees. */
export function invites(address: string): object {
  const attendee = JSON.stringify([{ email: canonicalEmail(address) }]);
  return { [raw((alias) => `${alias}.attendees @> ?::jsonb`, [attendee])]: [] };
}
