import { randomInt } from 'node:crypto';
import { testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crashAt, type Flow, rounds } from '../src/faults/crash.ts';
import { repeated, requireWhole } from '../src/faults/invariants.ts';
import { requestsTo } from '../src/faults/sandbox-control.ts';
import { Station } from '../src/faults/station.ts';

const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;

const SAVE = `mutation ($input: TwilioSettingsSaveInput!) {
  twilioSettingsSave(input: $input) { twilioSettings { id } userErrors { code } } }`;
const VERIFY = 'mutation { twilioSettingsVerify { twilioSettings { isVerified } userErrors { code } } }';
const SEND = `mutation ($input: SmsSendInput!) {
  smsSend(input: $input) { sms { id status } replayed userErrors { code } } }`;
const LIST = `query ($contact: PhoneNumber!) {
  smsMessages(filter: { contact: $contact }) { nodes { id status } } }`;

interface Run {
  readonly idempotencyKey: string;
  readonly to: string;
}

const actor = testActor();
let station: Station;
beforeAll(async () => {
  station = await Station.open({ service: 'telephony' });
  await station.start();
  await station.graphql(actor, SAVE, { input: { accountSid, authToken, phoneNumber } });
  const verified = await station.graphql(actor, VERIFY);
  expect(verified.data).toMatchObject({ twilioSettingsVerify: { userErrors: [] } });
  await station.untilQuiet();
});
afterAll(() => station.close());

async function textsOf(run: Run): Promise<{ id: string; status: string }[]> {
  const { data } = await station.graphql<{ smsMessages: { nodes: { id: string; status: string }[] } }>(
    actor,
    LIST,
    { contact: run.to },
  );
  return data?.smsMessages.nodes ?? [];
}

function acceptedByTwilio(run: Run): Promise<number> {
  return requestsTo(
    station.sandbox,
    'twilio',
    ({ method, path, body, effect }) =>
      method === 'POST' &&
      path.endsWith('/Messages.json') &&
      effect &&
      JSON.stringify(body).includes(run.to.slice(1)),
  );
}

/** Twilio has no idempotency keys: at most one text, and where it may not have been sent, we say so. */
const smsSend: Flow<Run> = {
  fresh: () => ({ idempotencyKey: crypto.randomUUID(), to: `+1415555${randomInt(1000, 10_000)}` }),
  async act(_station, { idempotencyKey, to }) {
    const sent = await station.graphql<{ smsSend: { sms: { id: string } | null } }>(actor, SEND, {
      input: { idempotencyKey, to, body: 'Once' },
    });
    if (!sent.data?.smsSend.sms) throw new Error(JSON.stringify(sent));
  },
  async settled(_station, run) {
    await waitFor(
      'the end of the text',
      async () => {
        const [text] = await textsOf(run);
        // Unknown is an end only where Twilio never got it: otherwise its callback tells.
        return (
          text?.status === 'DELIVERED' ||
          (text?.status === 'OUTCOME_UNKNOWN' && (await acceptedByTwilio(run)) === 0)
        );
      },
      20_000,
    );
  },
  async verify(_station, run) {
    const texts = await textsOf(run);
    expect(texts).toHaveLength(1);
    const accepted = await acceptedByTwilio(run);
    expect(accepted).toBe(texts[0]?.status === 'DELIVERED' ? 1 : 0);
    const facts = (await station.events())
      .filter(({ bytes }) => Buffer.from(bytes).includes(texts[0]?.id ?? ''))
      .map(({ type }) => type.replace('evt.telephony.v1.', ''));
    expect(repeated(facts)).toEqual([]);
    expect(facts).toContain('SmsQueued');
    expect(facts).toContain(texts[0]?.status === 'DELIVERED' ? 'SmsDelivered' : 'SmsOutcomeUnknown');
  },
};

/** A text from outside: the vendor repeats its callback until it is taken, and it is kept once. */
const smsReceived: Flow<Run> = {
  fresh: smsSend.fresh,
  async act(_station, { to }) {
    if ((await incomingFrom(to)) > 0) return;
    await simulate(to);
  },
  async settled(_station, run) {
    await waitFor('the text', async () => (await textsOf(run)).length > 0, 20_000);
  },
  async verify(_station, run) {
    expect(await textsOf(run)).toMatchObject([{ status: 'RECEIVED' }]);
  },
};

async function incomingFrom(from: string): Promise<number> {
  const response = await fetch(`${station.sandbox.url}/control/callbacks?vendor=twilio`);
  const { callbacks } = (await response.json()) as { callbacks: { kind: string; body: string }[] };
  return callbacks.filter(({ kind, body }) => kind === 'incoming-sms' && body.includes(from.slice(1))).length;
}

async function simulate(from: string): Promise<void> {
  const response = await fetch(`${station.sandbox.url}/control/simulate/twilio/incoming-sms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from, to: phoneNumber, body: 'Hello' }),
  });
  if (!response.ok) throw new Error(await response.text());
}

const CASES: readonly [string, Flow<Run>, readonly string[]][] = [
  [
    'smsSend',
    smsSend,
    [
      'outbox.before-commit',
      'outbox.after-commit',
      'outbox.before-commit:2',
      'outbox.after-commit:2',
      'relay.after-claim',
      'relay.after-publish',
      'intent.after-lease',
      'intent.after-act',
      'intent.after-settle',
      'intent.after-lease:2',
      'intent.after-act:2',
      'intent.after-settle:2',
      'webhook.before-commit',
      'webhook.after-commit',
    ],
  ],
  ['a text received', smsReceived, ['webhook.before-commit', 'webhook.after-commit', 'outbox.before-commit']],
];

describe.each(CASES)('%s survives kill -9', (_name, flow, points) => {
  for (let round = 1; round <= rounds(); round += 1) {
    it.each(points)(`at %s (round ${round})`, (point) => crashAt(station, flow, point), 60_000);
  }
});

describe('after all kills', () => {
  it('nothing is lost, doubled or left undone', async () => {
    await station.stop();
    await requireWhole(station);
  });
});
