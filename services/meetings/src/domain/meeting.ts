import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { AppError } from '@switchboard/errors';
import type { Attendee } from './attendee.ts';
import { isForward, type MeetingStatus } from './meeting-status.ts';
import type { MeetingTime } from './meeting-time.ts';

/** A change that was decided here and that the vendor has not confirmed. */
export type PendingChange = 'RESCHEDULE' | 'CANCEL';

/** One meeting: who is invited when, and the conference at the vendor that holds it. */
@Entity({ tableName: 'meetings' })
export class Meeting {
  declare readonly [OptionalProps]?:
    | 'status'
    | 'providerMeetingId'
    | 'joinUrl'
    | 'errorCode'
    | 'pendingChange'
    | 'revision'
    | 'createdAt'
    | 'updatedAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  /** Who asked for it; an API key has no user. */
  @Property({ type: 'text', nullable: true }) userId!: string | null;
  @Property({ type: 'text' }) connectionId!: string;
  @Property({ type: 'text' }) provider!: string;
  @Property({ type: 'text' }) title!: string;
  @Property({ type: 'text' }) status: MeetingStatus = 'PENDING';
  @Property({ type: 'datetime' }) startsAt!: Date;
  @Property({ type: 'integer' }) durationMinutes!: number;
  @Property({ type: 'text' }) timeZone!: string;
  @Property({ type: 'json' }) attendees!: Attendee[];
  @Property({ type: 'text', nullable: true }) providerMeetingId: string | null = null;
  @Property({ type: 'text', nullable: true }) joinUrl: string | null = null;
  /** Why the vendor refused the meeting, or the last change to it. */
  @Property({ type: 'text', nullable: true }) errorCode: string | null = null;
  @Property({ type: 'text', nullable: true }) pendingChange: PendingChange | null = null;
  /** Grows with every change, so that an answer of the vendor that is older than the row is noticed. */
  @Property({ type: 'integer' }) revision = 0;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
  @Property({ type: 'datetime' }) updatedAt = new Date();

  /** Takes a status if it is news. @returns whether anything changed. */
  advance(to: MeetingStatus): boolean {
    if (!isForward(this.status, to)) return false;
    this.status = to;
    this.touch();
    return true;
  }

  /** Takes another time. @returns whether it differs, to the second: the vendor knows no finer one. */
  move({ startsAt, durationMinutes, timeZone }: MeetingTime): boolean {
    const sameStart = Math.trunc(startsAt.getTime() / 1000) === Math.trunc(this.startsAt.getTime() / 1000);
    if (sameStart && durationMinutes === this.durationMinutes && timeZone === this.timeZone) return false;
    this.startsAt = startsAt;
    this.durationMinutes = durationMinutes;
    this.timeZone = timeZone;
    this.touch();
    return true;
  }

  /** Notes that a change is on its way to the vendor. One at a time, so that the last one asked for is the last one made. */
  beginChange(change: PendingChange): void {
    if (this.pendingChange) {
      throw refused('MEETING_CHANGE_PENDING', 'Another change of the meeting is still in progress.');
    }
    this.pendingChange = change;
    this.errorCode = null;
    this.touch();
  }

  /** @param errorCode why it was not made. */
  endChange(errorCode: string | null = null): void {
    this.pendingChange = null;
    this.errorCode = errorCode;
    this.touch();
  }

  /** @throws AppError REJECTED unless the meeting is agreed on with the vendor and has not begun. */
  requireScheduled(): void {
    if (this.status === 'SCHEDULED') return;
    const [code, publicMessage] = {
      PENDING: ['MEETING_PENDING', 'The meeting is still being made.'],
      OUTCOME_UNKNOWN: ['MEETING_OUTCOME_UNKNOWN', 'It is not known yet whether the meeting was made.'],
      STARTED: ['MEETING_STARTED', 'The meeting has begun.'],
      ENDED: ['MEETING_ENDED', 'The meeting is over.'],
      CANCELLED: ['MEETING_CANCELLED', 'The meeting was cancelled.'],
      FAILED: ['MEETING_FAILED', 'The meeting was never made.'],
    }[this.status] as [string, string];
    throw refused(code, publicMessage);
  }

  touch(): void {
    this.revision += 1;
    this.updatedAt = new Date();
  }
}

function refused(code: string, publicMessage: string): AppError {
  return new AppError('REJECTED', code, { publicMessage, details: { code } });
}
