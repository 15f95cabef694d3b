import { createHmac } from 'node:crypto';
import { RpcClient } from '@switchboard/messaging';
import { ContactsService } from '@switchboard/proto-schemas';
import { startTestService, type TestService, testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { telephony } from '../src/service.ts';

const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;
const CUSTOMER = '+14155553671';

let house: TestService;
/** Places all calls but those that need settings of their own. */
let owner: Actor;
beforeAll(async () => {
  house = await startTestService(telephony);
  owner = await verifiedActor();
});
afterAll(() => house.stop());
afterEach(() => house.control.clearFaults());

const SAVE = `mutation ($input: TwilioSettingsSaveInput!) {
  twilioSettingsSave(input: $input) { twilioSettings { id } userErrors { code } } }`;
const VERIFY = 'mutation { twilioSettingsVerify { twilioSettings { isVerified } userErrors { code } } }';
const START = `mutation ($input: CallStartInput!) {
  callStart(input: $input) { call { id status errorCode sandbox } replayed userErrors { code message } } }`;
const END = `mutation ($callId: ID!) {
  callEnd(input: { callId: $callId }) { call { id status } userErrors { code } } }`;
const READ = `query ($id: ID!) { call(id: $id) { id direction from to say connectTo status errorCode durationSeconds
  startedAt answeredAt endedAt sandbox recording { providerRecordingId durationSeconds sandbox }
  contactPoint { address } } }`;
const LIST = `query ($contact: PhoneNumber!) { calls(filter: { contact: $contact }) {
  nodes { id status direction from durationSeconds answeredAt recording { durationSeconds sandbox } } } }`;

type Actor = ReturnType<typeof testActor>;
interface Started {
  callStart: {
    call: { id: string; status: string; errorCode: string | null; sandbox: boolean } | null;
    replayed: boolean;
    userErrors: { code: string; message: string }[];
  };
}
interface Listed {
  readonly id: string;
  readonly status: string;
  readonly recording: { readonly durationSeconds: number } | null;
}

async function verifiedActor(settings: Record<string, unknown> = {}): Promise<Actor> {
  const actor = testActor();
  await house.graphql(actor, SAVE, { input: { accountSid, authToken, phoneNumber, ...settings } });
  const verified = await house.graphql(actor, VERIFY);
  expect(verified.data).toMatchObject({ twilioSettingsVerify: { userErrors: [] } });
  return actor;
}

let keys = 0;
function start(actor: Actor, input: Record<string, unknown>) {
  keys += 1;
  const defaults = { idempotencyKey: `key-${keys}`, to: CUSTOMER, say: 'Your table is ready.' };
  return house.graphql<Started>(actor, START, { input: { ...defaults, ...input } });
}

async function started(actor: Actor, input: Record<string, unknown>): Promise<string> {
  const { data } = await start(actor, input);
  expect(data?.callStart.userErrors).toEqual([]);
  return data?.callStart.call?.id ?? '';
}

async function read(actor: Actor, id: string) {
  const { data } = await house.graphql<{ call: Record<string, unknown> | null }>(actor, READ, { id });
  return data?.call;
}

const becomes = (actor: Actor, id: string, status: string) =>
  waitFor(status, async () => (await read(actor, id))?.status === status);

async function callsWith(actor: Actor, contact: string): Promise<readonly Listed[]> {
  const { data } = await house.graphql<{ calls: { nodes: Listed[] } }>(actor, LIST, { contact });
  return data?.calls.nodes ?? [];
}

const callsTo = (to: string) =>
  house.control.effects('twilio', { method: 'POST', path: /Calls\.json$/, body: to.slice(1) });
const outcome = (to: string, how: string) =>
  house.control.simulate('twilio', 'call-outcome', { to, outcome: how });
const incomingFrom = (from: string) =>
  house.control.simulate('twilio', 'incoming-call', { from, to: phoneNumber });

/** What the vendor was told to do in the last call to a number. */
async function twimlTo(to: string): Promise<string> {
  const requests = await house.control.requests('twilio');
  const { Twiml = '' } = (requests
    .map(({ body }) => body as { To?: string; Twiml?: string } | null)
    .find((body) => body?.To === to && body.Twiml) ?? {}) as { Twiml?: string };
  return Twiml;
}

/** Tells the service something as the vendor would. @returns what it answered. */
async function signed(path: string, parameters: Record<string, string>): Promise<string> {
  const text = Object.keys(parameters)
    .sort()
    .reduce((all, name) => all + name + parameters[name], `${house.service.url}${path}`);
  const response = await fetch(`${house.service.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', authToken).update(text).digest('base64'),
    },
    body: new URLSearchParams(parameters).toString(),
  });
  expect(response.status).toBe(200);
  return response.text();
}

/** What was stated of a call, in order. */
async function facts(callId: string): Promise<string[]> {
  const rows = await house.service.database.statement<{ type: string }>(
    "select type from outbox where encode(payload, 'escape') like ? order by id",
    [`%${callId}%`],
  );
  return rows.map(({ type }) => type.replace('evt.telephony.v1.', ''));
}

describe('callStart', () => {
  it('speaks what it is given, escaped, and ends COMPLETED by signed callbacks, with its times and length', async () => {
    const say = 'Fish & <chips>, José?';
    const { data } = await start(owner, { say, language: 'en-GB' });
    expect(data?.callStart).toMatchObject({ call: { sandbox: true }, replayed: false, userErrors: [] });
    const id = data?.callStart.call?.id ?? '';
    await waitFor('the end, and the answer before it', async () => {
      const call = await read(owner, id);
      return call?.status === 'COMPLETED' && call.startedAt && call.answeredAt;
    });
    expect(await twimlTo(CUSTOMER)).toContain('<Say language="en-GB">Fish &amp; &lt;chips&gt;, José?</Say>');
    expect(await read(owner, id)).toMatchObject({
      direction: 'OUTBOUND',
      from: phoneNumber,
      to: CUSTOMER,
      say,
      connectTo: null,
      durationSeconds: 2,
      startedAt: expect.any(String),
      answeredAt: expect.any(String),
      endedAt: expect.any(String),
      recording: null,
      contactPoint: { address: CUSTOMER },
    });
    // What comes between may have been overtaken.
    expect(await facts(id)).toEqual(expect.arrayContaining(['CallQueued', 'CallCompleted']));
  });

  it('connects whoever answers to a number, and keeps the recording that was asked for', async () => {
    const to = '+14155553672';
    const id = await started(owner, { to, say: null, connectTo: '+14155553673', record: true });
    await waitFor('the recording', async () => (await read(owner, id))?.recording);
    expect(await twimlTo(to)).toContain(
      `<Dial callerId="${phoneNumber}"><Number>+14155553673</Number></Dial>`,
    );
    expect((await read(owner, id))?.recording).toEqual({
      providerRecordingId: expect.stringMatching(/^RE/),
      durationSeconds: 30,
      sandbox: true,
    });
  });

  it('has one effect for one key: repeated, and ten times in parallel', async () => {
    const input = { idempotencyKey: 'parallel', to: '+14155553674' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => start(owner, input)));
    expect(new Set(answers.map(({ data }) => data?.callStart.call?.id)).size).toBe(1);
    expect(answers.filter(({ data }) => data?.callStart.replayed === false)).toHaveLength(1);
    await waitFor('the vendor to be asked', async () => (await callsTo(input.to)) > 0);
    expect(await callsTo(input.to)).toBe(1);
    const other = await start(owner, { ...input, say: 'Something else.' });
    expect(other.errors?.[0]?.extensions.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('refuses what is no call, and calls nobody', async () => {
    const to = '+14155553675';
    const bad = [
      { say: null },
      { connectTo: CUSTOMER },
      { say: ' \n ' },
      { say: 'x'.repeat(701) },
      { say: null, connectTo: CUSTOMER, language: 'en-GB' },
      { language: 'English' },
      { to: 'somebody' },
    ];
    for (const input of bad) {
      const { errors } = await start(owner, { to, ...input });
      expect(errors?.[0]?.extensions.code, JSON.stringify(input)).toBe('BAD_USER_INPUT');
    }
    expect(await callsTo(to)).toBe(0);
  });

  it('writes the longest text there may be within what the vendor takes', async () => {
    const to = '+14155553676';
    await becomes(owner, await started(owner, { to, say: '&'.repeat(700), language: 'en-GB' }), 'COMPLETED');
  });

  it('needs settings that are verified, and calls switched on', async () => {
    const nobody = await start(testActor(), {});
    expect(nobody.data?.callStart.userErrors).toMatchObject([{ code: 'TWILIO_SETTINGS_MISSING' }]);
    const silent = await verifiedActor({ voiceEnabled: false });
    const refused = await start(silent, {});
    expect(refused.data?.callStart).toMatchObject({ call: null, userErrors: [{ code: 'VOICE_DISABLED' }] });
  });

  it('shows on the call why it came to nothing', async () => {
    const ends = [
      { to: '+15005550003', status: 'FAILED', errorCode: '21215' },
      { to: '+15005550010', status: 'BUSY', errorCode: null },
      { to: '+15005550011', status: 'NO_ANSWER', errorCode: null },
      { to: '+15005550012', status: 'FAILED', errorCode: null },
    ];
    const ids = await Promise.all(ends.map(({ to }) => started(owner, { to })));
    for (const [index, end] of ends.entries()) {
      const id = ids[index] ?? '';
      await becomes(owner, id, end.status);
      expect(await read(owner, id)).toMatchObject({ ...end, durationSeconds: null, answeredAt: null });
    }
  });

  it('never calls twice when the answer is lost: the outcome is unknown until a callback tells', async () => {
    const to = '+14155553677';
    await house.control.fault({
      vendor: 'twilio',
      match: 'POST .*/Calls.json',
      times: 1,
      dropResponseAfterEffect: true,
    });
    const id = await started(owner, { to });
    await becomes(owner, id, 'COMPLETED');
    expect(await callsTo(to)).toBe(1);
  });

  it('says so when nobody tells whether the call was placed', async () => {
    const to = '+14155553678';
    await house.control.fault({ vendor: 'twilio', match: 'POST .*/Calls.json', times: 1, status: 500 });
    const id = await started(owner, { to });
    expect(await read(owner, id)).toMatchObject({ status: 'OUTCOME_UNKNOWN' });
    expect(await facts(id)).toEqual(['CallQueued', 'CallOutcomeUnknown']);
    const { data } = await house.graphql(owner, END, { callId: id });
    expect(data).toMatchObject({ callEnd: { call: null, userErrors: [{ code: 'CALL_NOT_CONFIRMED' }] } });
    expect(await callsTo(to)).toBe(0);
  });

  it('ends the same in any order of callbacks, and repeated ones', async () => {
    await house.control.fault({
      vendor: 'twilio',
      match: '.*',
      times: 20,
      duplicateCallbacks: true,
      shuffleCallbacks: true,
    });
    const id = await started(owner, { record: true });
    await waitFor('everything', async () => {
      const call = await read(owner, id);
      return call?.status === 'COMPLETED' && call.startedAt && call.answeredAt && call.recording;
    });
    const recorded = await facts(id);
    expect(new Set(recorded).size).toBe(recorded.length);
    expect(recorded).toEqual(expect.arrayContaining(['CallQueued', 'CallCompleted', 'CallRecorded']));
  });
});

describe('callEnd', () => {
  it('ends a call in progress once, and leaves one that is over as it is', async () => {
    const to = '+14155553679';
    await outcome(to, 'in-progress');
    const callId = await started(owner, { to });
    await becomes(owner, callId, 'IN_PROGRESS');
    const ended = await house.graphql(owner, END, { callId });
    expect(ended.data).toEqual({ callEnd: { call: { id: callId, status: 'COMPLETED' }, userErrors: [] } });
    await waitFor('its length', async () => (await read(owner, callId))?.durationSeconds);
    expect((await house.graphql(owner, END, { callId })).data).toEqual(ended.data);
    expect(await house.control.effects('twilio', { method: 'POST', path: /\/Calls\/CA\w+\.json$/ })).toBe(1);
    expect((await facts(callId)).filter((fact) => fact === 'CallEndRequested')).toHaveLength(1);
  });

  it('cancels a call that nobody has answered', async () => {
    const to = '+14155553680';
    await outcome(to, 'ringing');
    const callId = await started(owner, { to });
    await becomes(owner, callId, 'RINGING');
    const { data } = await house.graphql(owner, END, { callId });
    expect(data).toMatchObject({ callEnd: { call: { status: 'CANCELED' }, userErrors: [] } });
  });

  it('says so when the vendor does not end it', async () => {
    const to = '+14155553681';
    await outcome(to, 'in-progress');
    const callId = await started(owner, { to });
    await becomes(owner, callId, 'IN_PROGRESS');
    await house.control.fault({ vendor: 'twilio', match: 'POST .*/Calls/CA', times: 1, status: 401 });
    const { data } = await house.graphql(owner, END, { callId });
    expect(data).toMatchObject({ callEnd: { call: null, userErrors: [{ code: 'RECONNECT_REQUIRED' }] } });
    expect(await read(owner, callId)).toMatchObject({ status: 'IN_PROGRESS' });
  });
});

describe('somebody who calls', () => {
  it('leaves a voicemail, which is kept with the call', async () => {
    const actor = await verifiedActor();
    const from = '+14155553690';
    await incomingFrom(from);
    const call = await waitFor('the voicemail', async () => {
      const [found] = await callsWith(actor, from);
      return found?.status === 'COMPLETED' && found.recording && found;
    });
    expect(call).toMatchObject({
      direction: 'INBOUND',
      from,
      answeredAt: expect.any(String),
      recording: { durationSeconds: 12, sandbox: true },
    });
    expect(await facts(call.id)).toEqual(
      expect.arrayContaining(['CallReceived', 'CallCompleted', 'CallRecorded']),
    );
    // The vendor's address of the sound is for nobody.
    expect(JSON.stringify(await read(actor, call.id))).not.toContain('api.twilio.com');
  });

  it('is turned away while calls are switched off, and is seen to have called', async () => {
    const actor = await verifiedActor();
    const from = '+14155553691';
    await house.graphql(actor, SAVE, { input: { accountSid, phoneNumber, voiceEnabled: false } });
    await incomingFrom(from);
    await waitFor('the end', async () => (await callsWith(actor, from))[0]?.status === 'NO_ANSWER');
    expect(await callsWith(actor, from)).toMatchObject([{ recording: null, answeredAt: null }]);
  });

  it('is known by what comes later: a recording that is told of before the call waits for it', async () => {
    const actor = await verifiedActor();
    const from = '+14155553692';
    const [{ connection_id: connectionId } = { connection_id: '' }] = await house.service.database.statement<{
      connection_id: string;
    }>('select connection_id from twilio_settings where workspace_id = ?', [actor.workspaceId]);
    const tell = (on: string, parameters: Record<string, string>) =>
      signed(`/webhooks/twilio/${connectionId}?on=${on}`, { CallSid: 'CA1', ...parameters });
    const recording = {
      RecordingSid: 'RE1',
      RecordingUrl: 'https://vendor.test/RE1',
      RecordingDuration: '7',
    };
    expect(await tell('recording', { ...recording, RecordingStatus: 'completed' })).not.toContain('Record>');
    expect(await callsWith(actor, from)).toEqual([]);
    const incoming = { CallStatus: 'ringing', Direction: 'inbound', From: from, To: phoneNumber };
    const answers = [await tell('incoming-call', incoming), await tell('incoming-call', incoming)];
    for (const answer of answers) expect(answer).toContain('<Record maxLength="120"');
    await waitFor('the voicemail', async () => (await callsWith(actor, from))[0]?.recording);
    expect(await callsWith(actor, from)).toMatchObject([{ recording: { durationSeconds: 7 } }]);
  });

  it('and is not, with a wrong signature: nothing changes', async () => {
    const actor = await verifiedActor();
    const forged = await fetch(`${house.service.url}/webhooks/twilio/platform?on=incoming-call`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'Zm9yZ2Vk' },
      body: 'CallSid=CA1&CallStatus=ringing&From=%2B14155553693&To=%2B14155550100',
    });
    expect(forged.status).toBe(400);
    expect(await forged.text()).not.toContain('Response');
    expect(await callsWith(actor, '+14155553693')).toEqual([]);
  });
});

describe('another workspace', () => {
  it('neither sees nor ends a call, by query, list, reference or contact', async () => {
    const id = await started(owner, { say: 'canary' });
    const stranger = testActor();
    const { data } = await house.graphql(
      stranger,
      `query ($id: ID!, $representations: [_Any!]!) {
        call(id: $id) { say } calls { nodes { say } }
        _entities(representations: $representations) { ... on Call { say } ... on ContactPoint { calls { nodes { say } } } } }`,
      {
        id,
        representations: [
          { __typename: 'Call', id },
          { __typename: 'ContactPoint', address: CUSTOMER },
        ],
      },
    );
    expect(data).toEqual({ call: null, calls: { nodes: [] }, _entities: [null, { calls: { nodes: [] } }] });
    const ended = await house.graphql(stranger, END, { callId: id });
    expect(ended.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

it('calls are among the ids behind a number, and on its contact', async () => {
  const to = '+14155553695';
  const id = await started(owner, { to });
  const audit = new RpcClient(await house.broker.connect('audit'));
  const asked = { workspaceId: owner.workspaceId, address: to, limit: 10 };
  const { ids } = await audit.ask(ContactsService.method.resourceIds, asked, { owner: 'telephony' });
  expect(ids).toEqual([id]);
  const { data } = await house.graphql(
    owner,
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on ContactPoint { calls { nodes { id } } } } }',
    { r: [{ __typename: 'ContactPoint', address: to }] },
  );
  expect(data).toEqual({ _entities: [{ calls: { nodes: [{ id }] } }] });
});
