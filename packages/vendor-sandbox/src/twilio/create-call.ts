import type { FlatForm } from '../forms.ts';
import { hexId } from '../random-ids.ts';
import type { TwilioAccount } from './account.ts';
import { CALL_EVENTS, type Call, type CallEvent, newCall } from './call.ts';
import { isHttpUrl, isPhoneNumber, text } from './create-message.ts';
import { TwilioError } from './twilio-error.ts';

/** https://www.twilio.com/docs/voice/api/call-resource#twiml */
const TWIML_CHARACTERS_MAX = 4_000;
/** A number that passes every check, for test credentials. https://www.twilio.com/docs/iam/test-credentials */
const ALWAYS_VALID_CALLER = '+15005550006';
/** Regions the sandbox's accounts have no permission for: North Korea, Cuba. */
const BARRED_PREFIXES = ['+850', '+53'];

/**
 * Checks a request to place a call and makes the queued call. Includes the magic numbers of
 * https://www.twilio.com/docs/iam/test-credentials#test-calls
 * @throws TwilioError
 */
export function createCall(account: TwilioAccount, form: FlatForm, now: Date): Call {
  const to = text(form, 'To');
  const from = text(form, 'From');
  if (!to) throw new TwilioError(400, 21201, "No 'To' number is specified");
  if (!from) throw new TwilioError(400, 21213, "'From' phone number is required");
  checkCaller(account, from);
  checkCalled(to);
  if (text(form, 'ApplicationSid')) throw new TwilioError(400, 21218, 'Invalid ApplicationSid');
  const twiml = text(form, 'Twiml') || null;
  const url = text(form, 'Url') || null;
  checkInstructions(twiml, url);
  const statusCallback = text(form, 'StatusCallback') || null;
  const recordingStatusCallback = text(form, 'RecordingStatusCallback') || null;
  for (const callback of [statusCallback, recordingStatusCallback]) {
    if (callback !== null && !isHttpUrl(callback)) {
      throw new TwilioError(400, 21609, `The 'StatusCallback' URL ${callback} is not a valid URL.`);
    }
  }
  return newCall(
    {
      sid: `CA${hexId(32)}`,
      direction: 'outbound-api',
      from,
      to,
      phoneNumberSid: account.owned(from)?.sid ?? null,
      // Where both are given the address counts.
      twiml: url === null ? twiml : null,
      url,
      isRecorded: text(form, 'Record') === 'true',
      statusCallback,
      statusEvents: eventsOf(form),
      recordingStatusCallback,
      status: 'queued',
    } as const,
    now,
  );
}

function checkCaller(account: TwilioAccount, from: string): void {
  if (!isPhoneNumber(from) || from === '+15005550001') {
    throw new TwilioError(400, 21212, `Invalid From Number (caller ID): ${from}`);
  }
  if (!account.owned(from) && from !== ALWAYS_VALID_CALLER) {
    throw new TwilioError(
      400,
      21210,
      `The source phone number provided, ${from}, is not yet verified for your account. You may only make calls from phone numbers that you've verified or purchased from Twilio.`,
    );
  }
}

function checkCalled(to: string): void {
  if (!isPhoneNumber(to)) throw new TwilioError(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if (to === '+15005550001') {
    throw new TwilioError(400, 21217, `Phone number does not appear to be valid: ${to}`);
  }
  if (to === '+15005550002') throw new TwilioError(400, 21214, `'To' phone number cannot be reached: ${to}`);
  if (to === '+15005550003' || BARRED_PREFIXES.some((prefix) => to.startsWith(prefix))) {
    throw new TwilioError(400, 21215, `Account not authorized to call ${to}.`);
  }
  if (to === '+15005550004') throw new TwilioError(400, 21216, `Account not allowed to call ${to}`);
}

function checkInstructions(twiml: string | null, url: string | null): void {
  if (url !== null && !isHttpUrl(url)) throw new TwilioError(400, 21205, `Url is not a valid URL: ${url}`);
  if (url === null && twiml === null) throw new TwilioError(400, 21205, 'Url parameter is required.');
  if (twiml !== null && twiml.length > TWIML_CHARACTERS_MAX) {
    throw new TwilioError(400, 21200, `Twiml exceeds the ${TWIML_CHARACTERS_MAX} character limit`);
  }
}

/** What nobody knows is passed over, and without any the end alone is told. */
function eventsOf(form: FlatForm): ReadonlySet<CallEvent> {
  const asked = [form.StatusCallbackEvent ?? []].flat().flatMap((value) => value.split(' '));
  const known = CALL_EVENTS.filter((event) => asked.includes(event));
  return new Set(known.length > 0 ? known : (['completed'] as const));
}
