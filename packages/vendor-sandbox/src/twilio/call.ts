/** https://www.twilio.com/docs/voice/api/call-resource#call-status-values; `initiated` is told by callbacks only. */
export const CALL_STATUSES = [
  'queued',
  'initiated',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
] as const;
export type CallStatus = (typeof CALL_STATUSES)[number];

/** How a call goes: how it ends, or where it stays until it is ended. */
export const CALL_OUTCOMES = ['completed', 'busy', 'no-answer', 'failed', 'ringing', 'in-progress'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent */
export const CALL_EVENTS = ['initiated', 'ringing', 'answered', 'completed'] as const;
export type CallEvent = (typeof CALL_EVENTS)[number];

/** A call as the account keeps it. */
export interface Call {
  readonly sid: string;
  readonly direction: 'inbound' | 'outbound-api';
  readonly from: string;
  readonly to: string;
  readonly phoneNumberSid: string | null;
  /** What is done once it is answered; otherwise `url` is asked for it. */
  readonly twiml: string | null;
  readonly url: string | null;
  /** Whether all of it is recorded. */
  readonly isRecorded: boolean;
  readonly statusCallback: string | null;
  readonly statusEvents: ReadonlySet<CallEvent>;
  readonly recordingStatusCallback: string | null;
  readonly createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  answeredAt: Date | null;
  endedAt: Date | null;
  status: CallStatus;
  /** Seconds that its verbs have taken so far. Nobody waits for them. */
  elapsedS: number;
  /** Seconds from answer to end; null for a call that was not answered, or goes on. */
  durationS: number | null;
  /** Number of the next status callback. */
  sequence: number;
}

const FINAL: readonly CallStatus[] = ['completed', 'busy', 'no-answer', 'failed', 'canceled'];

export const isFinal = ({ status }: Pick<Call, 'status'>): boolean => FINAL.includes(status);

/** Which of the events an application asks for tells it of a status. */
export function eventOf(status: CallStatus): CallEvent | undefined {
  if (status === 'in-progress') return 'answered';
  if (FINAL.includes(status)) return 'completed';
  return CALL_EVENTS.find((event) => event === status);
}

/** What every new call begins with. */
export function newCall<T extends object>(details: T, now: Date) {
  return {
    ...details,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    answeredAt: null,
    endedAt: null,
    elapsedS: 0,
    durationS: null,
    sequence: 0,
  };
}
