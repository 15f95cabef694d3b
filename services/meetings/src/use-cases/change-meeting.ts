import { LockMode } from '@mikro-orm/core';
import { AppError, notFound } from '@switchboard/errors';
import { idempotently } from '@switchboard/idempotency';
import type { WorkspaceActor } from '@switchboard/identity';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { Meeting } from '../domain/meeting.ts';

/** A change that the vendor has to confirm. */
export interface MeetingChange {
  readonly mutation: 'meetingReschedule' | 'meetingCancel';
  readonly idempotencyKey: string;
  readonly meetingId: string;
  /** What was asked for, without the key. */
  readonly input: object;
  /** Decides on the locked row. @returns the intent to run; `undefined` when there is nothing to do. */
  decide(tx: EventTx, meeting: Meeting): Promise<string | undefined>;
}

/** What rescheduling and cancelling share: decide once per key, ask the vendor, answer what came of it. */
export class ChangeMeeting {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /**
   * @returns the meeting as it stands when the vendor answered, or after 2 s.
   * @throws AppError NOT_FOUND; REJECTED or RECONNECT_REQUIRED when the meeting or the vendor does not allow it.
   */
  async execute(
    actor: WorkspaceActor,
    { mutation, idempotencyKey, meetingId, input, decide }: MeetingChange,
  ): Promise<{ meeting: Meeting; replayed: boolean }> {
    let intentId: string | undefined;
    const { replayed } = await idempotently(
      this.unitOfWork,
      actor,
      { mutation, idempotencyKey, input, keepHours: 24 },
      async (tx) => {
        const lockMode = LockMode.PESSIMISTIC_WRITE;
        const meeting = await tx.em.findOne(Meeting, { id: meetingId }, { lockMode });
        if (!meeting) throw notFound('Meeting');
        intentId = await decide(tx, meeting);
        return { resourceId: meeting.id, userErrors: [] };
      },
    );
    if (intentId) await this.runIntent(intentId);
    const meeting = await this.unitOfWork.database.read(actor, (em) =>
      em.findOne(Meeting, { id: meetingId }),
    );
    if (!meeting) throw notFound('Meeting');
    if (intentId && !meeting.pendingChange && meeting.errorCode) throw refusal(meeting);
    return { meeting, replayed };
  }
}

function refusal({ errorCode, connectionId }: Meeting): AppError {
  if (errorCode === 'RECONNECT_REQUIRED') {
    return new AppError('RECONNECT_REQUIRED', 'the vendor refused the credential of a change', {
      publicMessage: 'The vendor no longer accepts the connection. Reconnect it.',
      details: { connectionId },
    });
  }
  return new AppError('REJECTED', `the vendor refused a change: ${errorCode}`, {
    publicMessage: 'The vendor did not accept the change.',
    details: { code: 'MEETING_CHANGE_REFUSED' },
  });
}
