import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type CallStatus, isCallForward, isCallOver } from './call-status.ts';

export type CallDirection = 'OUTBOUND' | 'INBOUND';

/** What somebody says of a call at a moment. */
export interface CallNews {
  readonly status: CallStatus;
  /** When it became so; absent where nobody says. */
  readonly at?: Date | undefined;
  /** From answer to end. */
  readonly durationSeconds?: number | undefined;
  readonly errorCode?: string | undefined;
}

/** What was recorded of a call. The sound stays at the vendor. */
export interface CallRecording {
  readonly providerRecordingId: string;
  readonly durationSeconds: number;
  /** The vendor's address of the sound. It may open to whoever has it, so it is shown to nobody. */
  readonly mediaUrl: string;
}

/** One phone call, placed or received. */
@Entity({ tableName: 'calls' })
export class Call {
  declare readonly [OptionalProps]?:
    | 'say'
    | 'language'
    | 'connectTo'
    | 'isRecorded'
    | 'errorCode'
    | 'providerCallId'
    | 'durationSeconds'
    | 'startedAt'
    | 'answeredAt'
    | 'endedAt'
    | 'recordingId'
    | 'recordingSeconds'
    | 'recordingMediaUrl'
    | 'createdAt'
    | 'updatedAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  /** The settings it went through. */
  @Property({ type: 'text' }) settingsId!: string;
  @Property({ type: 'text' }) connectionId!: string;
  /** Whose account was used. */
  @Property({ type: 'text' }) userId!: string;
  @Property({ type: 'text' }) direction!: CallDirection;
  @Property({ type: 'text', fieldName: 'from_number' }) from!: string;
  @Property({ type: 'text', fieldName: 'to_number' }) to!: string;
  /** What is spoken to whoever answers; `null` where they are connected, or call us. */
  @Property({ type: 'text', nullable: true }) say: string | null = null;
  /** Of `say`, such as `en-GB`; the vendor's default where it is `null`. */
  @Property({ type: 'text', nullable: true }) language: string | null = null;
  /** The number that whoever answers is connected to. */
  @Property({ type: 'text', nullable: true, fieldName: 'connect_to_number' }) connectTo: string | null = null;
  /** Whether all of it is to be recorded. */
  @Property({ type: 'boolean' }) isRecorded = false;
  @Property({ type: 'text' }) status!: CallStatus;
  /** The vendor's reason of a failure, such as `21215`; while the call goes on, why it could not be ended. */
  @Property({ type: 'text', nullable: true }) errorCode: string | null = null;
  @Property({ type: 'text', nullable: true }) providerCallId: string | null = null;
  /** From answer to end. */
  @Property({ type: 'integer', nullable: true }) durationSeconds: number | null = null;
  @Property({ type: 'datetime', nullable: true }) startedAt: Date | null = null;
  @Property({ type: 'datetime', nullable: true }) answeredAt: Date | null = null;
  @Property({ type: 'datetime', nullable: true }) endedAt: Date | null = null;
  /** The vendor's id of the recording, its length and its address; all three or none. */
  @Property({ type: 'text', nullable: true }) recordingId: string | null = null;
  @Property({ type: 'integer', nullable: true }) recordingSeconds: number | null = null;
  @Property({ type: 'text', nullable: true }) recordingMediaUrl: string | null = null;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
  @Property({ type: 'datetime' }) updatedAt = new Date();

  /**
   * Takes what is news of it. Late news of an earlier status still says when that was, so that the order in which
   * news comes makes no difference.
   * @returns whether the status changed.
   */
  hear({ status, at, durationSeconds, errorCode }: CallNews): boolean {
    const isNew = isCallForward(this.status, status);
    if (isNew) {
      this.status = status;
      // What went wrong before does not explain what it is now.
      this.errorCode = errorCode ?? null;
    }
    // Of two different ends only the one that stays has a time and a length.
    if (!isCallOver(status) || status === this.status) keepTime(this, { status, at, durationSeconds });
    this.updatedAt = new Date();
    return isNew;
  }

  /** Keeps what was recorded; the first recording stays. @returns whether it is news. */
  keepRecording({ providerRecordingId, durationSeconds, mediaUrl }: CallRecording): boolean {
    if (this.recordingId !== null) return false;
    this.recordingId = providerRecordingId;
    this.recordingSeconds = durationSeconds;
    this.recordingMediaUrl = mediaUrl;
    this.updatedAt = new Date();
    return true;
  }
}

function keepTime(call: Call, { status, at, durationSeconds }: CallNews): void {
  if (isCallOver(status)) {
    call.endedAt ??= at ?? null;
    call.durationSeconds ??= durationSeconds ?? null;
  } else if (status === 'IN_PROGRESS') call.answeredAt ??= at ?? null;
  else if ((status === 'INITIATED' || status === 'RINGING') && at) {
    call.startedAt = call.startedAt && call.startedAt < at ? call.startedAt : at;
  }
}
