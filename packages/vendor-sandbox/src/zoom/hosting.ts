import type { World } from '../world.ts';
import type { Meeting, ZoomAccount } from './account.ts';
import type { MeetingInput } from './check-meeting.ts';
import type { ZoomEvents } from './events.ts';
import { changeMeeting, joinUrl, meetingResource, newMeeting, zoomTime } from './meetings.ts';
import { ZoomError } from './zoom-error.ts';

/** What a host does with meetings, and the events that follow. */
export class ZoomHosting {
  readonly #world: World;
  readonly #events: ZoomEvents;

  constructor(world: World, events: ZoomEvents) {
    this.#world = world;
    this.#events = events;
  }

  create(account: ZoomAccount, input: MeetingInput): Meeting {
    const meeting = newMeeting(account, input, this.#world.now());
    this.#events.emit(account, 'meeting.created', {
      ...operator(account),
      object: this.#object(account, meeting),
    });
    return meeting;
  }

  update(account: ZoomAccount, meeting: Meeting, input: MeetingInput): void {
    const before = this.#object(account, meeting) as Record<string, unknown>;
    changeMeeting(meeting, input);
    const after = this.#object(account, meeting) as Record<string, unknown>;
    const changed = Object.keys(after).filter(
      (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
    );
    const only = (fields: Record<string, unknown>) => ({
      id: meeting.id,
      ...Object.fromEntries(changed.map((name) => [name, fields[name]])),
    });
    this.#events.emit(account, 'meeting.updated', {
      ...operator(account),
      object: only(after),
      old_object: only(before),
      time_stamp: this.#world.now().getTime(),
    });
  }

  /** @throws ZoomError 3002 while the meeting runs, 300 for an unknown occurrence */
  remove(account: ZoomAccount, meeting: Meeting, occurrenceId: string | undefined): void {
    if (meeting.status === 'started') {
      throw new ZoomError(400, 3002, 'Sorry, you cannot delete this meeting since it is in progress.');
    }
    if (occurrenceId === undefined) account.meetings.delete(meeting.id);
    else {
      const occurrence = meeting.occurrences.find((one) => one.occurrence_id === occurrenceId);
      if (!occurrence || occurrence.status === 'deleted') {
        throw new ZoomError(400, 300, 'Invalid parameter: occurrence_id.');
      }
      occurrence.status = 'deleted';
    }
    this.#events.emit(account, 'meeting.deleted', {
      ...operator(account),
      operation: occurrenceId === undefined ? 'all' : 'single',
      object: {
        ...this.#object(account, meeting),
        ...(occurrenceId === undefined ? {} : { occurrences: [{ occurrence_id: occurrenceId }] }),
      },
    });
  }

  start(account: ZoomAccount, meeting: Meeting): void {
    meeting.status = 'started';
    meeting.startedAt = this.#world.now();
    this.#events.emit(account, 'meeting.started', { object: this.#running(account, meeting) });
  }

  end(account: ZoomAccount, meeting: Meeting): void {
    meeting.status = 'waiting';
    meeting.endedAt = this.#world.now();
    this.#events.emit(account, 'meeting.ended', {
      object: { ...this.#running(account, meeting), end_time: zoomTime(meeting.endedAt) },
    });
  }

  participant(
    account: ZoomAccount,
    meeting: Meeting,
    kind: 'joined' | 'left',
    name: string,
    email: string,
  ): void {
    const time = { [`${kind === 'joined' ? 'join' : 'leave'}_time`]: zoomTime(this.#world.now()) };
    this.#events.emit(account, `meeting.participant_${kind}`, {
      object: {
        ...this.#running(account, meeting),
        participant: { user_id: '16778240', user_name: name, id: '', email, registrant_id: '', ...time },
      },
    });
  }

  #object(account: ZoomAccount, meeting: Meeting) {
    const {
      start_url: _startUrl,
      status: _status,
      host_email: _email,
      ...object
    } = meetingResource(account, meeting, '');
    return { ...object, join_url: joinUrl(meeting, `${this.#world.sandboxUrl()}/zoom`) };
  }

  /** Events of a running meeting carry its id as text. */
  #running(account: ZoomAccount, meeting: Meeting) {
    return {
      id: String(meeting.id),
      uuid: meeting.uuid,
      host_id: account.userId,
      topic: meeting.topic,
      type: meeting.type,
      start_time: zoomTime(meeting.startedAt ?? this.#world.now()),
      timezone: meeting.timeZone,
      duration: meeting.durationMinutes,
    };
  }
}

const operator = (account: ZoomAccount) => ({ operator: account.email, operator_id: account.userId });
