import type { EventTx } from '@switchboard/messaging';
import {
  CallAnsweredSchema,
  CallBusySchema,
  CallCanceledSchema,
  CallCompletedSchema,
  CallEndRequestedSchema,
  CallFailedSchema,
  CallInitiatedSchema,
  CallNotAnsweredSchema,
  CallOutcomeUnknownSchema,
  CallQueuedSchema,
  CallReceivedSchema,
  CallRecordedSchema,
  CallRingingSchema,
  SmsDeliveredSchema,
  SmsFailedSchema,
  SmsOptedInSchema,
  SmsOptedOutSchema,
  SmsOutcomeUnknownSchema,
  SmsQueuedSchema,
  SmsReceivedSchema,
  SmsSentSchema,
  TwilioSettingsDeletedSchema,
  TwilioSettingsSavedSchema,
  TwilioSettingsVerifiedSchema,
} from '@switchboard/proto-schemas';
import type { Call } from '../domain/call.ts';
import type { Sms } from '../domain/sms.ts';

/** Every fact that telephony states. */
export const PUBLISHED = [
  TwilioSettingsSavedSchema,
  TwilioSettingsVerifiedSchema,
  TwilioSettingsDeletedSchema,
  SmsQueuedSchema,
  SmsSentSchema,
  SmsDeliveredSchema,
  SmsFailedSchema,
  SmsOutcomeUnknownSchema,
  SmsReceivedSchema,
  SmsOptedOutSchema,
  SmsOptedInSchema,
  CallQueuedSchema,
  CallInitiatedSchema,
  CallRingingSchema,
  CallAnsweredSchema,
  CallCompletedSchema,
  CallBusySchema,
  CallNotAnsweredSchema,
  CallFailedSchema,
  CallCanceledSchema,
  CallOutcomeUnknownSchema,
  CallEndRequestedSchema,
  CallReceivedSchema,
  CallRecordedSchema,
];

/** States what a message has just become. `QUEUED` was stated when it was recorded. */
export function recordSmsStatus({ record }: EventTx, sms: Sms): void {
  const { id: smsId, workspaceId, sandbox } = sms;
  switch (sms.status) {
    case 'SENT':
      record(SmsSentSchema, { smsId, sandbox }, { workspaceId });
      break;
    case 'DELIVERED':
      record(SmsDeliveredSchema, { smsId, sandbox }, { workspaceId });
      break;
    case 'FAILED':
      record(SmsFailedSchema, { smsId, code: sms.errorCode ?? '', sandbox }, { workspaceId });
      break;
    case 'OUTCOME_UNKNOWN':
      record(SmsOutcomeUnknownSchema, { smsId, sandbox }, { workspaceId });
      break;
    default:
      break;
  }
}

/** What says that a call has come to a status, where the call and its sandbox are all there is to say. */
const PLAIN_CALL_FACTS = {
  INITIATED: CallInitiatedSchema,
  RINGING: CallRingingSchema,
  IN_PROGRESS: CallAnsweredSchema,
  BUSY: CallBusySchema,
  NO_ANSWER: CallNotAnsweredSchema,
  CANCELED: CallCanceledSchema,
  OUTCOME_UNKNOWN: CallOutcomeUnknownSchema,
} as const;

/** States what a call has just become. `QUEUED` was stated when it was recorded. */
export function recordCallStatus({ record }: EventTx, call: Call): void {
  const { id: callId, workspaceId, sandbox, status } = call;
  switch (status) {
    case 'PENDING':
    case 'QUEUED':
      break;
    case 'COMPLETED':
      record(
        CallCompletedSchema,
        { callId, durationSeconds: call.durationSeconds ?? 0, sandbox },
        { workspaceId },
      );
      break;
    case 'FAILED':
      record(CallFailedSchema, { callId, code: call.errorCode ?? '', sandbox }, { workspaceId });
      break;
    default:
      record(PLAIN_CALL_FACTS[status], { callId, sandbox }, { workspaceId });
  }
}
