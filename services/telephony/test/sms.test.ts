import { RpcClient } from '@switchboard/messaging';
import { ContactsService } from '@switchboard/proto-schemas';
import { startTestService, type TestService, testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { telephony } from '../src/service.ts';

const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;
const CUSTOMER = '+14155552671';

let house: TestService;
beforeAll(async () => {
  house = await startTestService(telephony);
});
afterAll(() => house.stop());
afterEach(() => house.control.clearFaults());

const SAVE = `mutation ($input: TwilioSettingsSaveInput!) {
  twilioSettingsSave(input: $input) { twilioSettings { id isVerified authTokenLastFour sandbox } userErrors { code } } }`;
const VERIFY =
  'mutation { twilioSettingsVerify { twilioSettings { isVerified } userErrors { code message } } }';
const SEND = `mutation ($input: SmsSendInput!) {
  smsSend(input: $input) { sms { id status errorCode sandbox } replayed userErrors { code message } } }`;
const READ = 'query ($id: ID!) { sms(id: $id) { id status errorCode } }';

interface Sent {
  smsSend: {
    sms: { id: string; status: string; errorCode: string | null; sandbox: boolean } | null;
    replayed: boolean;
    userErrors: { code: string; message: string }[];
  };
}

async function verifiedActor() {
  const actor = testActor();
  await house.graphql(actor, SAVE, { input: { accountSid, authToken, phoneNumber } });
  const verified = await house.graphql(actor, VERIFY);
  expect(verified.data).toEqual({
    twilioSettingsVerify: { twilioSettings: { isVerified: true }, userErrors: [] },
  });
  return actor;
}

function send(actor: ReturnType<typeof testActor>, input: Record<string, unknown>) {
  return house.graphql<Sent>(actor, SEND, { input });
}

async function statusOf(actor: ReturnType<typeof testActor>, id: string): Promise<string | undefined> {
  const { data } = await house.graphql<{ sms: { status: string } | null }>(actor, READ, { id });
  return data?.sms?.status;
}

const messagesTo = (to: string) =>
  house.control.effects('twilio', { method: 'POST', path: /Messages\.json$/, body: to.slice(1) });

describe('Twilio settings', () => {
  it('keep the token out of every answer and cannot be used before they are verified', async () => {
    const actor = testActor();
    const saved = await house.graphql(actor, SAVE, { input: { accountSid, authToken, phoneNumber } });
    expect(saved.data).toMatchObject({
      twilioSettingsSave: {
        twilioSettings: { isVerified: false, authTokenLastFour: authToken.slice(-4), sandbox: true },
      },
    });
    expect(JSON.stringify(saved)).not.toContain(authToken);
    const refused = await send(actor, { idempotencyKey: 'k', to: CUSTOMER, body: 'hi' });
    expect(refused.data?.smsSend).toMatchObject({
      sms: null,
      userErrors: [{ code: 'TWILIO_SETTINGS_NOT_VERIFIED' }],
    });
  });

  it('are not verified by a wrong token or a number of somebody else', async () => {
    const wrongToken = testActor();
    await house.graphql(wrongToken, SAVE, { input: { accountSid, authToken: 'f'.repeat(32), phoneNumber } });
    const refused = await house.graphql(wrongToken, VERIFY);
    expect(JSON.stringify(refused)).toContain('RECONNECT_REQUIRED');
    await waitFor('the report to auth', () =>
      house.auth.reports.some(({ errorCode }) => errorCode === 'RECONNECT_REQUIRED'),
    );
    const foreign = testActor();
    await house.graphql(foreign, SAVE, { input: { accountSid, authToken, phoneNumber: '+14155550999' } });
    expect(JSON.stringify(await house.graphql(foreign, VERIFY))).toContain('PHONE_NUMBER_NOT_OWNED');
  });
});

describe('smsSend', () => {
  it('ends DELIVERED by signed callback', async () => {
    const actor = await verifiedActor();
    const sent = await send(actor, { idempotencyKey: 'one', to: CUSTOMER, body: 'Hello' });
    expect(sent.data?.smsSend).toMatchObject({ sms: { sandbox: true }, replayed: false, userErrors: [] });
    const id = sent.data?.smsSend.sms?.id ?? '';
    await waitFor('delivery', async () => (await statusOf(actor, id)) === 'DELIVERED');
  });

  it('has one effect for one key: repeated, and 50 times in parallel', async () => {
    const actor = await verifiedActor();
    const to = '+14155552672';
    const input = { idempotencyKey: 'parallel', to, body: 'Once' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(actor, input)));
    const ids = new Set(answers.map(({ data }) => data?.smsSend.sms?.id));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ data }) => data?.smsSend.replayed === false)).toHaveLength(1);
    await waitFor('the vendor to be asked', async () => (await messagesTo(to)) > 0);
    expect(await messagesTo(to)).toBe(1);
    const other = await send(actor, { ...input, body: 'Twice' });
    expect(other.errors?.[0]?.extensions.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const neighbour = await verifiedActor();
    expect((await send(neighbour, input)).data?.smsSend.replayed).toBe(false);
  });

  it('shows a refusal of the vendor on the message', async () => {
    const actor = await verifiedActor();
    // twilio.com/docs/iam/test-credentials: the invalid number.
    const sent = await send(actor, { idempotencyKey: 'bad', to: '+15005550001', body: 'Hello' });
    expect(sent.data?.smsSend.sms).toMatchObject({ status: 'FAILED', errorCode: '21211' });
  });

  it('never sends twice when the answer is lost: the outcome is unknown until a callback tells', async () => {
    const actor = await verifiedActor();
    const to = '+14155552673';
    await house.control.fault({
      vendor: 'twilio',
      match: 'POST .*/Messages.json',
      times: 1,
      dropResponseAfterEffect: true,
    });
    const sent = await send(actor, { idempotencyKey: 'lost', to, body: 'Hello' });
    const id = sent.data?.smsSend.sms?.id ?? '';
    await waitFor('the callback', async () => (await statusOf(actor, id)) === 'DELIVERED');
    expect(await messagesTo(to)).toBe(1);
  });

  it('ends the same in any order of callbacks, repeated or with a forged one among them', async () => {
    const actor = await verifiedActor();
    await house.control.fault({
      vendor: 'twilio',
      match: '.*',
      times: 20,
      duplicateCallbacks: true,
      shuffleCallbacks: true,
    });
    const sent = await send(actor, { idempotencyKey: 'order', to: CUSTOMER, body: 'Hello' });
    const id = sent.data?.smsSend.sms?.id ?? '';
    await waitFor('delivery', async () => (await statusOf(actor, id)) === 'DELIVERED');
    expect(await statusOf(actor, id)).toBe('DELIVERED');
  });
});

describe('incoming texts', () => {
  it('are kept, and STOP and START decide who may be written to', async () => {
    const actor = await verifiedActor();
    const from = '+14155552680';
    const incoming = (body: string) =>
      house.control.simulate('twilio', 'incoming-sms', { from, to: phoneNumber, body });
    const LIST = `query ($contact: PhoneNumber!) {
      smsMessages(filter: { contact: $contact, direction: INBOUND }) { nodes { body status from } totalCount } }`;
    await incoming('Hello there');
    await incoming('stop');
    await waitFor('both texts', async () => {
      const { data } = await house.graphql<{ smsMessages: { nodes: unknown[] } }>(actor, LIST, {
        contact: from,
      });
      return data?.smsMessages.nodes.length === 2;
    });
    const refused = await send(actor, { idempotencyKey: 'after-stop', to: from, body: 'Hello' });
    expect(refused.data?.smsSend.userErrors).toMatchObject([{ code: 'RECIPIENT_OPTED_OUT' }]);
    await incoming('START');
    await waitFor('consent', async () => {
      const sent = await send(actor, { idempotencyKey: 'after-start', to: from, body: 'Hello' });
      return sent.data?.smsSend.sms;
    });
  });

  it('with a wrong signature are refused and change nothing', async () => {
    const actor = await verifiedActor();
    const forged = await fetch(`${house.service.url}/webhooks/twilio/platform`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'Zm9yZ2Vk' },
      body: 'MessageSid=SM1&From=%2B14155552690&To=%2B14155550100&Body=hi',
    });
    expect(forged.status).toBe(400);
    const LIST = 'query { smsMessages(filter: { contact: "+14155552690" }) { nodes { id } } }';
    expect((await house.graphql(actor, LIST)).data).toEqual({ smsMessages: { nodes: [] } });
  });
});

describe('another workspace', () => {
  it('sees neither message nor settings, by query, list, node or contact', async () => {
    const actor = await verifiedActor();
    const sent = await send(actor, { idempotencyKey: 'mine', to: CUSTOMER, body: 'canary' });
    const id = sent.data?.smsSend.sms?.id ?? '';
    const stranger = testActor();
    const answer = await house.graphql(
      stranger,
      `query ($id: ID!, $representations: [_Any!]!) {
        sms(id: $id) { body } smsMessages { nodes { body } } twilioSettings { accountSid }
        _entities(representations: $representations) { ... on Sms { body } ... on ContactPoint { smsMessages { nodes { body } } } } }`,
      {
        id,
        representations: [
          { __typename: 'Sms', id },
          { __typename: 'ContactPoint', address: CUSTOMER },
        ],
      },
    );
    expect(answer.data).toEqual({
      sms: null,
      smsMessages: { nodes: [] },
      twilioSettings: null,
      _entities: [null, { smsMessages: { nodes: [] } }],
    });
  });
});

describe('the ids behind a number', () => {
  it('are given to audit, within the workspace', async () => {
    const actor = await verifiedActor();
    const to = '+14155552691';
    const sent = await send(actor, { idempotencyKey: 'contact', to, body: 'Hello' });
    const audit = new RpcClient(await house.broker.connect('audit'));
    const idsOf = async (workspaceId: string) =>
      (
        await audit.ask(
          ContactsService.method.resourceIds,
          { workspaceId, address: to, limit: 10 },
          { owner: 'telephony' },
        )
      ).ids;
    expect(await idsOf(actor.workspaceId)).toEqual([sent.data?.smsSend.sms?.id]);
    expect(await idsOf(testActor().workspaceId)).toEqual([]);
  });
});
