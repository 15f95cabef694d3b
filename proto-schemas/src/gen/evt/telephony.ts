// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { type CallQueued, CallQueuedSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallInitiated, CallInitiatedSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallRinging, CallRingingSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallAnswered, CallAnsweredSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallCompleted, CallCompletedSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallBusy, CallBusySchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallNotAnswered, CallNotAnsweredSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallFailed, CallFailedSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallCanceled, CallCanceledSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallOutcomeUnknown, CallOutcomeUnknownSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallEndRequested, CallEndRequestedSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallReceived, CallReceivedSchema } from '../evt/telephony/v1/calls_pb.ts';
export { type CallRecorded, CallRecordedSchema } from '../evt/telephony/v1/calls_pb.ts';
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
