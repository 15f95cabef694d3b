import type { WorkspaceActor } from '@switchboard/identity';
import { type Intent, planIntent } from '@switchboard/intents';
import type { Meeting } from '../domain/meeting.ts';
import type { ChangeMeeting } from './change-meeting.ts';
import type { MeetingPayload } from './make-conference.ts';

export interface CancelMeetingInput {
  readonly idempotencyKey: string;
  readonly meetingId: string;
}

/** Cancels a scheduled meeting. One that is cancelled already stays so. */
export class CancelMeeting {
  constructor(
    private readonly change: ChangeMeeting,
    private readonly remove: Intent<MeetingPayload, unknown>,
  ) {}

  /** @throws as `ChangeMeeting`. */
  execute(
    actor: WorkspaceActor,
    { idempotencyKey, meetingId }: CancelMeetingInput,
  ): Promise<{ meeting: Meeting; replayed: boolean }> {
    return this.change.execute(actor, {
      mutation: 'meetingCancel',
      idempotencyKey,
      meetingId,
      input: { meetingId },
      decide: async (tx, meeting) => {
        if (meeting.status === 'CANCELLED') return undefined;
        meeting.requireScheduled();
        meeting.beginChange('CANCEL');
        await tx.em.flush();
        return planIntent(tx, this.remove, { meetingId });
      },
    });
  }
}
