import { AppError, invalidInput, notFound } from '@switchboard/errors';
import { idempotently } from '@switchboard/idempotency';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { type Intent, planIntent } from '@switchboard/intents';
import type { UnitOfWork } from '@switchboard/messaging';
import { MeetingRequestedSchema } from '@switchboard/proto-schemas';
import type { Credential, CredentialLender } from '@switchboard/providers';
import { toAttendees } from '../domain/attendee.ts';
import { Meeting } from '../domain/meeting.ts';
import { type MeetingTime, requirePlannable } from '../domain/meeting-time.ts';
import type { MeetingPayload } from './make-conference.ts';

export interface CreateMeetingInput extends MeetingTime {
  readonly idempotencyKey: string;
  readonly title: string;
  /** The vendor, such as `zoom`. */
  readonly provider: string;
  readonly attendees: readonly { readonly email: string; readonly name?: string | null | undefined }[];
}

/** Plans a meeting and has the vendor make its conference. */
export class CreateMeeting {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly lender: CredentialLender,
    private readonly make: Intent<MeetingPayload, unknown>,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /**
   * @returns the meeting as it stands when the vendor answered, or after 2 s.
   * @throws AppError INVALID_INPUT; REJECTED without a connection to the vendor; RECONNECT_REQUIRED.
   */
  async execute(
    actor: WorkspaceActor,
    input: CreateMeetingInput,
  ): Promise<{ meeting: Meeting; replayed: boolean }> {
    const { idempotencyKey, provider, startsAt, durationMinutes, timeZone } = input;
    const title = input.title.trim();
    if (title === '') throw invalidInput('title must not be empty.', { argument: 'input.title' });
    const attendees = toAttendees(input.attendees);
    const asked = { title, provider, startsAt, durationMinutes, timeZone, attendees };
    const credential = await this.#credential(actor, provider);
    let intentId: string | undefined;
    const { resourceId, replayed } = await idempotently(
      this.unitOfWork,
      actor,
      { mutation: 'meetingCreate', idempotencyKey, input: asked, keepHours: 24 },
      async (tx) => {
        // Here, because a replay is right also after the meeting's time has come.
        requirePlannable(asked);
        const { connectionId, sandbox } = credential;
        const id = newId('mtg');
        const { workspaceId, userId = null } = actor;
        tx.em.create(Meeting, { id, workspaceId, userId, connectionId, sandbox, ...asked });
        const causedBy = tx.record(MeetingRequestedSchema, { meetingId: id, provider, sandbox });
        await tx.em.flush();
        intentId = await planIntent(tx, this.make, { meetingId: id }, { causedBy });
        return { resourceId: id, userErrors: [] };
      },
    );
    if (intentId) await this.runIntent(intentId);
    const meeting = await this.unitOfWork.database.read(actor, (em) =>
      em.findOne(Meeting, { id: resourceId ?? '' }),
    );
    if (!meeting) throw notFound('Meeting');
    return { meeting, replayed };
  }

  async #credential(actor: WorkspaceActor, vendor: string): Promise<Credential> {
    const { workspaceId, userId, mode } = actor;
    try {
      return await this.lender.lend({ vendor, workspaceId, userId, mode });
    } catch (thrown) {
      if (AppError.from(thrown).code !== 'NOT_FOUND') throw thrown;
      throw new AppError('REJECTED', `no ${vendor} connection`, {
        publicMessage: 'Connect an account that holds meetings first.',
        details: { code: 'MEETING_CONNECTION_MISSING' },
        cause: thrown,
      });
    }
  }
}
