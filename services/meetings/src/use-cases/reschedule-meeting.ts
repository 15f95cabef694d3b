import type { WorkspaceActor } from '@switchboard/identity';
import { type Intent, planIntent } from '@switchboard/intents';
import type { Meeting } from '../domain/meeting.ts';
import { type MeetingTime, requirePlannable } from '../domain/meeting-time.ts';
import type { ChangeMeeting } from './change-meeting.ts';
import type { MoveConferencePayload } from './move-conference.ts';

export interface RescheduleMeetingInput extends MeetingTime {
  readonly idempotencyKey: string;
  readonly meetingId: string;
}

/** Moves a scheduled meeting. It has its old time until the vendor confirms the new one. */
export class RescheduleMeeting {
  constructor(
    private readonly change: ChangeMeeting,
    private readonly move: Intent<MoveConferencePayload, unknown>,
  ) {}

  /** @throws as `ChangeMeeting`; INVALID_INPUT for a time that cannot be planned. */
  execute(
    actor: WorkspaceActor,
    { idempotencyKey, meetingId, startsAt, durationMinutes, timeZone }: RescheduleMeetingInput,
  ): Promise<{ meeting: Meeting; replayed: boolean }> {
    const time = { startsAt, durationMinutes, timeZone };
    return this.change.execute(actor, {
      mutation: 'meetingReschedule',
      idempotencyKey,
      meetingId,
      input: { meetingId, ...time },
      decide: async (tx, meeting) => {
        requirePlannable(time);
        meeting.requireScheduled();
        meeting.beginChange('RESCHEDULE');
        await tx.em.flush();
        return planIntent(tx, this.move, { meetingId, ...time, startsAt: startsAt.toISOString() });
      },
    });
  }
}
