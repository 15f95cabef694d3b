import { AppError } from '@switchboard/errors';
import type { EventTx } from '@switchboard/messaging';
import { type Database, SYSTEM } from '@switchboard/storage';
import { type IncomingWebhook, storableText, type WebhookDelivery } from '@switchboard/webhooks';
import { Call, type CallNews, type CallRecording } from '../domain/call.ts';
import { TwilioSettings } from '../domain/twilio-settings.ts';
import { callStatusOf } from '../providers/twilio/twilio.mapping.ts';
import { hangupTwiml, rejectTwiml, voicemailTwiml } from '../providers/twilio/twilio.twiml.ts';
import {
  applyCallRecording,
  applyCallStatus,
  type ReportedCall,
  whichCall,
} from '../use-cases/apply-call-report.ts';
import { CALL_OCCASIONS, type CallOccasion, callbackUrl } from '../use-cases/callback-url.ts';
import { type ReceivedCall, receiveCall } from '../use-cases/receive-call.ts';

/** What Twilio tells of a call. */
export type CallCallback =
  | { readonly kind: 'received'; readonly call: ReceivedCall }
  | { readonly kind: 'status'; readonly report: ReportedCall; readonly news: CallNews }
  | { readonly kind: 'recording'; readonly report: ReportedCall; readonly recording: CallRecording };

/** What a request is about, as its address says; `undefined` when it is not about a call. */
export function callOccasion(publicUrl: string): CallOccasion | undefined {
  const on = new URL(publicUrl).searchParams.get('on');
  return CALL_OCCASIONS.find((occasion) => occasion === on);
}

/** The same whenever Twilio repeats a request about a call. */
export function callDeliveryKey(on: CallOccasion, parameters: Readonly<Record<string, string>>): string {
  const { CallSid = '', CallStatus = '', RecordingSid = '', RecordingStatus = '' } = parameters;
  return on === 'recording' ? `${RecordingSid}:${RecordingStatus}` : `${CallSid}:${on}:${CallStatus}`;
}

/** The TwiML that Twilio is answered with: what to do with the call. Nothing, where it only reports. */
export async function callAnswer(
  database: Database,
  on: CallOccasion,
  { publicUrl, connectionId }: IncomingWebhook,
): Promise<string | undefined> {
  if (on === 'voicemail-ended') return hangupTwiml();
  if (on !== 'incoming-call') return undefined;
  const settings = await database.read(SYSTEM, (em) => em.findOne(TwilioSettings, { connectionId }));
  if (!settings?.takesCalls()) return rejectTwiml();
  return voicemailTwiml({
    afterwards: callbackUrl(publicUrl, connectionId, { on: 'voicemail-ended' }),
    recording: callbackUrl(publicUrl, connectionId, { on: 'recording' }),
  });
}

/**
 * Reads a request about a call. Of a call that was received Twilio may tell more before we have kept it: that waits.
 * @throws AppError UNAVAILABLE, so that it is read again later.
 */
export async function readCallCallback(
  database: Database,
  on: CallOccasion,
  delivery: WebhookDelivery,
  connectionId: string,
  parameters: Readonly<Record<string, string>>,
): Promise<CallCallback | undefined> {
  const { CallSid: providerCallId, From: from, To: to } = parameters;
  if (!providerCallId || on === 'voicemail-ended') return undefined;
  if (on === 'incoming-call') {
    if (!from || !to) return undefined;
    const call = { connectionId, providerCallId, at: delivery.receivedAt };
    return { kind: 'received', call: { ...call, from: storableText(from), to: storableText(to) } };
  }
  const callId = new URL(delivery.publicUrl).searchParams.get('call') ?? undefined;
  const report = { connectionId, callId, providerCallId };
  const told = on === 'recording' ? recordingOf(parameters) : newsOf(parameters, delivery.receivedAt);
  if (!told) return undefined;
  if (!callId && !(await isKnown(database, report))) {
    throw new AppError('UNAVAILABLE', `call ${providerCallId} is not known yet`);
  }
  return 'status' in told
    ? { kind: 'status', report, news: told }
    : { kind: 'recording', report, recording: told };
}

export async function applyCallCallback(tx: EventTx, callback: CallCallback): Promise<void> {
  if (callback.kind === 'received') await receiveCall(tx, callback.call);
  if (callback.kind === 'status') await applyCallStatus(tx, callback.report, callback.news);
  if (callback.kind === 'recording') await applyCallRecording(tx, callback.report, callback.recording);
}

/** twilio.com/docs/voice/api/call-resource#statuscallback */
function newsOf(
  { CallStatus, CallDuration, Timestamp, ErrorCode }: Readonly<Record<string, string>>,
  receivedAt: Date,
): CallNews | undefined {
  if (!CallStatus) return undefined;
  const at = new Date(Timestamp ?? '');
  return {
    status: callStatusOf(CallStatus),
    at: Number.isNaN(at.getTime()) ? receivedAt : at,
    durationSeconds: secondsOf(CallDuration),
    errorCode: ErrorCode || undefined,
  };
}

/** twilio.com/docs/voice/twiml/record#attributes-recording-status-callback; what failed or is empty is none. */
function recordingOf(parameters: Readonly<Record<string, string>>): CallRecording | undefined {
  const { RecordingSid, RecordingUrl, RecordingStatus, RecordingDuration } = parameters;
  if (!RecordingSid || !RecordingUrl || RecordingStatus !== 'completed') return undefined;
  return {
    providerRecordingId: storableText(RecordingSid),
    durationSeconds: secondsOf(RecordingDuration) ?? 0,
    mediaUrl: storableText(RecordingUrl),
  };
}

/** A number of seconds that a column holds; Twilio gives -1 where it does not know. */
function secondsOf(text: string | undefined): number | undefined {
  return text && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

async function isKnown(database: Database, report: ReportedCall): Promise<boolean> {
  return (await database.read(SYSTEM, (em) => em.count(Call, whichCall(report)))) > 0;
}
