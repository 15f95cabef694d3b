import type { Message, OwnedNumber, TwilioAccount } from './account.ts';
import type { Call } from './call.ts';
import { segmentCount } from './segments.ts';

/** Path of the API's version, which every `uri` starts with. */
export const API_PATH = '/2010-04-01';

/** Dates are RFC 2822 in this API. https://www.twilio.com/docs/usage/twilios-response */
export const rfc2822 = (date: Date): string => date.toUTCString().replace('GMT', '+0000');

/** https://www.twilio.com/docs/messaging/api/message-resource#message-properties */
export function messageResource(account: TwilioAccount, message: Message) {
  const uri = `${API_PATH}/Accounts/${account.sid}/Messages/${message.sid}`;
  const segments = segmentCount(message.body);
  return {
    account_sid: account.sid,
    api_version: '2010-04-01',
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: message.sentAt ? rfc2822(message.sentAt) : null,
    date_updated: rfc2822(message.updatedAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: null,
    from: message.from,
    messaging_service_sid: null,
    num_media: String(message.mediaUrls.length),
    num_segments: String(segments),
    // The price is known once the message was sent, and negative because it leaves the balance.
    price: message.sentAt ? (-0.0083 * segments).toFixed(5) : null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

/** https://www.twilio.com/docs/voice/api/call-resource#call-properties */
export function callResource(account: TwilioAccount, call: Call) {
  const uri = `${API_PATH}/Accounts/${account.sid}/Calls/${call.sid}`;
  const { durationS } = call;
  return {
    account_sid: account.sid,
    annotation: null,
    answered_by: null,
    api_version: '2010-04-01',
    caller_name: null,
    date_created: rfc2822(call.createdAt),
    date_updated: rfc2822(call.updatedAt),
    direction: call.direction,
    duration: durationS === null ? null : String(durationS),
    end_time: call.endedAt ? rfc2822(call.endedAt) : null,
    forwarded_from: null,
    from: call.from,
    from_formatted: call.from,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: call.phoneNumberSid,
    // Known once the call has ended, by begun minutes.
    price: durationS === null ? null : (-0.014 * Math.ceil(durationS / 60)).toFixed(5),
    price_unit: 'USD',
    queue_time: '0',
    sid: call.sid,
    start_time: call.startedAt ? rfc2822(call.startedAt) : null,
    // Callbacks say that a call was initiated; the resource knows no such status.
    status: call.status === 'initiated' ? 'queued' : call.status,
    subresource_uris: {
      events: `${uri}/Events.json`,
      notifications: `${uri}/Notifications.json`,
      recordings: `${uri}/Recordings.json`,
    },
    to: call.to,
    to_formatted: call.to,
    trunk_sid: null,
    uri: `${uri}.json`,
  };
}

/** https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
export function numberResource(account: TwilioAccount, number: OwnedNumber) {
  return {
    account_sid: account.sid,
    address_requirements: 'none',
    address_sid: null,
    api_version: '2010-04-01',
    beta: false,
    bundle_sid: null,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    date_created: rfc2822(number.createdAt),
    date_updated: rfc2822(number.updatedAt),
    emergency_address_sid: null,
    emergency_address_status: 'unregistered',
    emergency_status: 'Inactive',
    friendly_name: number.friendlyName,
    identity_sid: null,
    origin: 'twilio',
    phone_number: number.phoneNumber,
    sid: number.sid,
    sms_application_sid: '',
    sms_fallback_method: 'POST',
    sms_fallback_url: number.smsFallbackUrl,
    sms_method: number.smsMethod,
    sms_url: number.smsUrl,
    status: 'in-use',
    status_callback: number.statusCallback,
    status_callback_method: number.statusCallbackMethod,
    trunk_sid: null,
    type: 'local',
    uri: `${API_PATH}/Accounts/${account.sid}/IncomingPhoneNumbers/${number.sid}.json`,
    voice_application_sid: '',
    voice_caller_id_lookup: false,
    voice_fallback_method: 'POST',
    voice_fallback_url: '',
    voice_method: number.voiceMethod,
    voice_receive_mode: 'voice',
    voice_url: number.voiceUrl,
  };
}

/** https://www.twilio.com/docs/iam/api/account */
export function accountResource(account: TwilioAccount) {
  const uri = `${API_PATH}/Accounts/${account.sid}`;
  return {
    auth_token: account.authToken,
    date_created: rfc2822(account.createdAt),
    date_updated: rfc2822(account.createdAt),
    friendly_name: `Sandbox account ${account.name}`,
    owner_account_sid: account.sid,
    sid: account.sid,
    status: 'active',
    subresource_uris: {
      calls: `${uri}/Calls.json`,
      incoming_phone_numbers: `${uri}/IncomingPhoneNumbers.json`,
      messages: `${uri}/Messages.json`,
    },
    type: 'Full',
    uri: `${uri}.json`,
  };
}
