import { LockMode } from '@mikro-orm/core';
import { type Intent, planIntent } from '@switchboard/intents';
import type { EventTx } from '@switchboard/messaging';
import { Meeting } from '../domain/meeting.ts';
import type { MeetingStatus } from '../domain/meeting-status.ts';
import { recordMeetingStatus } from '../events/published.ts';
import type { MeetingPayload } from './make-conference.ts';

/** What the vendor says happened with a meeting. */
export interface MeetingReport {
  readonly connectionId: string;
  readonly providerMeetingId: string;
  /** `undefined` when it changed and has to be read again. */
  readonly status: MeetingStatus | undefined;
}

/** Takes the vendor's report. Reports come in any order and more than once. */
export async function applyMeetingReport(
  tx: EventTx,
  { connectionId, providerMeetingId, status }: MeetingReport,
  refresh: Intent<MeetingPayload, unknown>,
): Promise<void> {
  const meeting = await tx.em.findOne(
    Meeting,
    // A meeting of another connection is not this caller's to report on.
    { connectionId, providerMeetingId },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (!meeting) return;
  if (status === undefined) {
    const { id: meetingId, workspaceId } = meeting;
    await planIntent(tx, refresh, { meetingId }, { workspaceId });
  } else if (meeting.advance(status)) {
    recordMeetingStatus(tx, meeting);
  }
}
