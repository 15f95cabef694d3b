import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import type { Flow } from '../crash.ts';
import { repeated } from '../invariants.ts';
import { control } from '../sandbox-control.ts';
import type { Station } from '../station.ts';
import { acceptedByTwilio } from './accepted-by-twilio.ts';

const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;
const SETTLED_MS = 60_000;

const SAVE = `mutation ($input: TwilioSettingsSaveInput!) {
  twilioSettingsSave(input: $input) { twilioSettings { id } userErrors { code } } }`;
const VERIFY = 'mutation { twilioSettingsVerify { twilioSettings { isVerified } userErrors { code } } }';
const SEND = `mutation ($input: SmsSendInput!) {
  smsSend(input: $input) { sms { id status } replayed userErrors { code } } }`;
const LIST = `query ($contact: PhoneNumber!) {
  smsMessages(filter: { contact: $contact }) { nodes { id status } } }`;

/** One text: its key, and the number it goes to or comes from, which no other run uses. */
export interface TextRun {
  readonly idempotencyKey: string;
  readonly contact: string;
}

interface Text {
  readonly id: string;
  readonly status: string;
}

/** Whose account all runs use. */
export const textActor = testActor();

/** Saves and verifies the Twilio account that all runs use. */
export async function prepareTexts(station: Station): Promise<void> {
  await station.graphql(textActor, SAVE, { input: { accountSid, authToken, phoneNumber } });
  // Repeated, because a busy machine may let the stand-in for auth answer too late.
  await waitFor('verified settings', async () => {
    const verified = await station.graphql<{ twilioSettingsVerify: { userErrors: unknown[] } }>(
      textActor,
      VERIFY,
    );
    assert.deepEqual(verified.data?.twilioSettingsVerify.userErrors, [], JSON.stringify(verified));
    return true;
  });
  await station.untilQuiet();
}

export function freshText(): TextRun {
  const contact = `+1${randomInt(212, 990)}555${String(randomInt(0, 10_000)).padStart(4, '0')}`;
  return { idempotencyKey: crypto.randomUUID(), contact };
}

/** @throws Error with the answer, unless the text was accepted. */
export async function sendText(station: Station, { idempotencyKey, contact }: TextRun): Promise<void> {
  const sent = await station.graphql<{ smsSend: { sms: { id: string } | null } }>(textActor, SEND, {
    input: { idempotencyKey, to: contact, body: 'Once' },
  });
  if (!sent.data?.smsSend.sms) throw new Error(JSON.stringify(sent));
}

async function textsOf(station: Station, { contact }: TextRun): Promise<Text[]> {
  const { data } = await station.graphql<{ smsMessages: { nodes: Text[] } }>(textActor, LIST, { contact });
  return data?.smsMessages.nodes ?? [];
}

/** Twilio has no idempotency keys: at most one text, and where it may not have been sent, we say so. */
export const smsSend: Flow<TextRun> = {
  fresh: freshText,
  act: sendText,
  async settled(station, run) {
    await waitFor(
      'the end of the text',
      async () => {
        const [text] = await textsOf(station, run);
        if (text?.status === 'DELIVERED') return true;
        // Unknown is an end only where Twilio never got it: otherwise its callback tells.
        return (
          text?.status === 'OUTCOME_UNKNOWN' &&
          (await acceptedByTwilio(station, 'Messages', run.contact)) === 0
        );
      },
      SETTLED_MS,
    );
  },
  async verify(station, run) {
    const texts = await textsOf(station, run);
    assert.equal(texts.length, 1);
    const isDelivered = texts[0]?.status === 'DELIVERED';
    assert.equal(await acceptedByTwilio(station, 'Messages', run.contact), isDelivered ? 1 : 0);
    const facts = (await station.events())
      .filter(({ bytes }) => Buffer.from(bytes).includes(texts[0]?.id ?? ''))
      .map(({ type }) => type.replace('evt.telephony.v1.', ''));
    assert.deepEqual(repeated(facts), []);
    assert.ok(facts.includes('SmsQueued'));
    assert.ok(facts.includes(isDelivered ? 'SmsDelivered' : 'SmsOutcomeUnknown'));
  },
};

/** A text from outside: Twilio repeats its callback until it is taken, and it is kept once. */
export const smsReceived: Flow<TextRun> = {
  fresh: freshText,
  async act({ sandbox }, { contact }) {
    const { callbacks } = await control<{ callbacks: { body: string }[] }>(
      sandbox,
      'GET',
      'callbacks?vendor=twilio',
    );
    if (callbacks.some(({ body }) => body.includes(contact.slice(1)))) return;
    const incoming = { from: contact, to: phoneNumber, body: 'Hello' };
    await control(sandbox, 'POST', 'simulate/twilio/incoming-sms', incoming);
  },
  async settled(station, run) {
    await waitFor('the text', async () => (await textsOf(station, run)).length > 0, SETTLED_MS);
  },
  async verify(station, run) {
    const texts = await textsOf(station, run);
    assert.deepEqual(
      texts.map(({ status }) => status),
      ['RECEIVED'],
    );
  },
};
