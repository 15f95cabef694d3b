// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { type TwilioSettingsSaved, TwilioSettingsSavedSchema } from '../evt/telephony/v1/settings_pb.ts';
export { type TwilioSettingsVerified, TwilioSettingsVerifiedSchema } from '../evt/telephony/v1/settings_pb.ts';
export { type TwilioSettingsDeleted, TwilioSettingsDeletedSchema } from '../evt/telephony/v1/settings_pb.ts';
export { type SmsQueued, SmsQueuedSchema } from '../evt/telephony/v1/sms_pb.ts';
export { type SmsSent, SmsSentSchema } from '../evt/telephony/v1/sms_pb.ts';
export { type SmsDelivered, SmsDeliveredSchema } from '../evt/telephony/v1/sms_pb.ts';
export { type SmsFailed, SmsFailedSchema } from '../evt/telephony/v1/sms_pb.ts';
export { type SmsOutcomeUnknown, SmsOutcomeUnknownSchema } from '../evt/telephony/v1/sms_pb.ts';
export { type SmsReceived, SmsReceivedSchema } from '../evt/telephony/v1/sms_pb.ts';
export { type SmsOptedOut, SmsOptedOutSchema } from '../evt/telephony/v1/sms_pb.ts';
export { type SmsOptedIn, SmsOptedInSchema } from '../evt/telephony/v1/sms_pb.ts';
