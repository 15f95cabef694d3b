import type { EventTx } from '@switchboard/messaging';
import {
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
