import type { FlatForm } from '../forms.ts';
import { hexId } from '../random-ids.ts';
import type { Message, TwilioAccount } from './account.ts';
import { TwilioError } from './twilio-error.ts';

const BODY_CHARACTERS_MAX = 1_600;
const MEDIA_MAX = 10;
const WHATSAPP = 'whatsapp:';
/** A number that passes every check, for test credentials. https://www.twilio.com/docs/iam/test-credentials */
const ALWAYS_VALID_SENDER = '+15005550006';
/** Regions the sandbox's accounts have no permission for: North Korea, Cuba. */
const BARRED_PREFIXES = ['+850', '+53'];

/**
 * Checks a request to send a message, in the order Twilio reports problems, and makes the queued message.
 * Includes the magic numbers of https://www.twilio.com/docs/iam/test-credentials#test-sms-messages
 * @throws TwilioError
 */
export function createMessage(account: TwilioAccount, form: FlatForm, now: Date): Message {
  const to = text(form, 'To');
  const from = text(form, 'From');
  const body = text(form, 'Body');
  const mediaUrls = [form.MediaUrl ?? []].flat();
  if (!to) throw new TwilioError(400, 21604, "A 'To' phone number is required.");
  if (text(form, 'MessagingServiceSid')) {
    throw new TwilioError(400, 21701, 'The Messaging Service does not exist');
  }
  if (!from) throw new TwilioError(400, 21603, "A 'From' phone number is required.");
  checkReceiver(to);
  checkSender(account, from, to);
  checkContent(body, mediaUrls);
  const statusCallback = text(form, 'StatusCallback') || null;
  if (statusCallback !== null && !isHttpUrl(statusCallback)) {
    throw new TwilioError(400, 21609, `The 'StatusCallback' URL ${statusCallback} is not a valid URL.`);
  }
  if (account.hasOptedOut(from, to)) {
    throw new TwilioError(400, 21610, 'Attempt to send to unsubscribed recipient');
  }
  return {
    sid: `${mediaUrls.length > 0 ? 'MM' : 'SM'}${hexId(32)}`,
    direction: 'outbound-api',
    from,
    to,
    body,
    mediaUrls,
    statusCallback,
    createdAt: now,
    updatedAt: now,
    sentAt: null,
    status: 'queued',
    errorCode: null,
  };
}

function checkReceiver(to: string): void {
  const number = withoutChannel(to);
  if (!isPhoneNumber(number) || number === '+15005550001') {
    throw new TwilioError(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  }
  if (number === '+15005550003' || BARRED_PREFIXES.some((prefix) => number.startsWith(prefix))) {
    throw new TwilioError(
      400,
      21408,
      `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${to}`,
    );
  }
  if (number === '+15005550004') {
    throw new TwilioError(400, 21610, 'Attempt to send to unsubscribed recipient');
  }
  if (number === '+15005550009') {
    throw new TwilioError(400, 21614, `'To' number is not a valid mobile number: ${to}`);
  }
}

function checkSender(account: TwilioAccount, from: string, to: string): void {
  const number = withoutChannel(from);
  if (!isPhoneNumber(number) || number === '+15005550001') {
    throw new TwilioError(400, 21212, `Invalid From Number (caller ID): ${from}`);
  }
  if (from.startsWith(WHATSAPP) !== to.startsWith(WHATSAPP)) {
    throw new TwilioError(
      400,
      21910,
      "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel",
    );
  }
  if (number === '+15005550008') {
    throw new TwilioError(
      400,
      21611,
      "This 'From' number has exceeded the maximum number of queued messages",
    );
  }
  if (!account.owned(number) && number !== ALWAYS_VALID_SENDER) {
    if (from.startsWith(WHATSAPP)) {
      throw new TwilioError(400, 63007, 'Twilio could not find a Channel with the specified From address');
    }
    throw new TwilioError(
      400,
      21606,
      `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number for this destination.`,
    );
  }
  if (withoutChannel(to) === '+15005550002') {
    throw new TwilioError(
      400,
      21612,
      `Message cannot be sent with the current combination of 'To' (${to}) and/or 'From' (${from}) parameters`,
    );
  }
}

function checkContent(body: string, mediaUrls: readonly string[]): void {
  if (body === '' && mediaUrls.length === 0) throw new TwilioError(400, 21602, 'Message body is required.');
  if (body.length > BODY_CHARACTERS_MAX) {
    throw new TwilioError(
      400,
      21617,
      `The concatenated message body exceeds the ${BODY_CHARACTERS_MAX} character limit`,
    );
  }
  if (mediaUrls.length > MEDIA_MAX) {
    throw new TwilioError(400, 21623, 'Number of media files exceeds allowed limit');
  }
  if (mediaUrls.some((url) => !isHttpUrl(url))) throw new TwilioError(400, 21620, 'Invalid media URL(s)');
}

/** Whether a text is E.164, and plausible where the plan is strict (North America). */
export function isPhoneNumber(number: string): boolean {
  if (number.startsWith('+1')) return /^\+1[2-9]\d{2}[2-9]\d{6}$/.test(number);
  return /^\+[1-9]\d{6,14}$/.test(number);
}

/** Whether a callback may go to this address. */
export function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

const withoutChannel = (address: string): string =>
  address.startsWith(WHATSAPP) ? address.slice(WHATSAPP.length) : address;

/** The last value of a parameter; empty when it is absent. */
export function text(form: FlatForm, name: string): string {
  const value = form[name];
  return (Array.isArray(value) ? value.at(-1) : value) ?? '';
}
