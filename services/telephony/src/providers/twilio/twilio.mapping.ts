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
