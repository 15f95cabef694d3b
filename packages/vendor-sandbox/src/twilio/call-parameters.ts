import type { TwilioAccount } from './account.ts';
import type { Call } from './call.ts';
import { API_PATH, rfc2822 } from './resources.ts';

/** A finished recording of a call. */
export interface Recording {
  readonly sid: string;
  readonly durationS: number;
  readonly startedAt: Date;
  readonly source: 'RecordVerb' | 'OutboundAPI';
}

/** What every request about a call says. https://www.twilio.com/docs/voice/twiml#request-parameters */
export function callParameters(account: TwilioAccount, call: Call): Record<string, string> {
  return {
    AccountSid: account.sid,
    ApiVersion: '2010-04-01',
    CallSid: call.sid,
    CallStatus: call.status,
    Called: call.to,
    Caller: call.from,
    Direction: call.direction,
    From: call.from,
    To: call.to,
  };
}

/** What is known of the places of both sides; the sandbox knows of one. */
export function placeParameters(): Record<string, string> {
  const side = { City: '', Country: 'US', State: 'CA', Zip: '' };
  return Object.fromEntries(
    ['Called', 'Caller', 'From', 'To'].flatMap((whose) =>
      Object.entries(side).map(([what, value]) => [`${whose}${what}`, value]),
    ),
  );
}

/** https://www.twilio.com/docs/voice/api/call-resource#statuscallback */
export function statusParameters(account: TwilioAccount, call: Call): Record<string, string> {
  const parameters: Record<string, string> = {
    ...callParameters(account, call),
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(call.sequence),
    Timestamp: rfc2822(call.updatedAt),
  };
  if (call.durationS !== null) {
    parameters.CallDuration = String(call.durationS);
    // Minutes that are billed.
    parameters.Duration = String(Math.ceil(call.durationS / 60));
  }
  if (call.status === 'busy') parameters.SipResponseCode = '486';
  if (call.status === 'failed') parameters.SipResponseCode = '404';
  return parameters;
}

/** https://www.twilio.com/docs/voice/twiml/record#attributes-recording-status-callback */
export function recordingParameters(
  account: TwilioAccount,
  call: Call,
  recording: Recording,
): Record<string, string> {
  return {
    AccountSid: account.sid,
    CallSid: call.sid,
    RecordingSid: recording.sid,
    RecordingUrl: recordingUrl(account, recording),
    RecordingStatus: 'completed',
    RecordingDuration: String(recording.durationS),
    RecordingChannels: '1',
    RecordingStartTime: rfc2822(recording.startedAt),
    RecordingSource: recording.source,
    RecordingTrack: 'both',
  };
}

/** What `<Record>` hands to its `action`. https://www.twilio.com/docs/voice/twiml/record#attributes-action */
export function recordedParameters(
  account: TwilioAccount,
  call: Call,
  recording: Recording,
): Record<string, string> {
  return {
    ...callParameters(account, call),
    Digits: 'hangup',
    RecordingDuration: String(recording.durationS),
    RecordingSid: recording.sid,
    RecordingUrl: recordingUrl(account, recording),
  };
}

const recordingUrl = (account: TwilioAccount, { sid }: Recording): string =>
  `https://api.twilio.com${API_PATH}/Accounts/${account.sid}/Recordings/${sid}`;
