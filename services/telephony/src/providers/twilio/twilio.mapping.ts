import type { CallStatus } from '../../domain/call-status.ts';
import type { SmsStatus } from '../../domain/sms-status.ts';

// twilio.com/docs/messaging/api/message-resource#message-status-values
const STATUSES: Readonly<Record<string, SmsStatus>> = {
  accepted: 'QUEUED',
  scheduled: 'QUEUED',
  queued: 'QUEUED',
  sending: 'QUEUED',
  sent: 'SENT',
  delivered: 'DELIVERED',
  read: 'DELIVERED',
  undelivered: 'FAILED',
  failed: 'FAILED',
  canceled: 'FAILED',
};

/** Our status for Twilio's; one we do not know yet says no more than that Twilio has the message. */
export function smsStatusOf(twilioStatus: string): SmsStatus {
  return STATUSES[twilioStatus] ?? 'QUEUED';
}

// twilio.com/docs/voice/api/call-resource#call-status-values; `initiated` comes by callback only
const CALL_STATUSES: Readonly<Record<string, CallStatus>> = {
  queued: 'QUEUED',
  initiated: 'INITIATED',
  ringing: 'RINGING',
  'in-progress': 'IN_PROGRESS',
  completed: 'COMPLETED',
  busy: 'BUSY',
  'no-answer': 'NO_ANSWER',
  failed: 'FAILED',
  canceled: 'CANCELED',
};

/** Our status of a call for Twilio's; one we do not know yet says no more than that Twilio has the call. */
export function callStatusOf(twilioStatus: string): CallStatus {
  return CALL_STATUSES[twilioStatus] ?? 'QUEUED';
}
