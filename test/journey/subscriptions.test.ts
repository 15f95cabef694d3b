import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { createClient, type Client as StreamClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Client } from '../src/house/client.ts';
import { type House, startHouse } from '../src/house/start-house.ts';
import { until } from '../src/house/until.ts';

const AGAIN_MS = 2_000;

let house: House;
let owner: Client;
let streams: StreamClient;

beforeAll(async () => {
  house = await startHouse();
  const { userSignUp } = await house.client().call<{ userSignUp: { session: { accessToken: string } } }>(
    `mutation ($input: UserSignUpInput!) {
      userSignUp(input: $input) { session { accessToken } userErrors { code } } }`,
    {
      input: {
        email: 'sam@company.example',
        password: 'correct horse battery',
        name: 'Sam Subscriber',
        workspaceName: 'Streams Ltd',
      },
    },
  );
  owner = house.client().as(userSignUp.session.accessToken);
  const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;
  await owner.call(
    `mutation ($input: TwilioSettingsSaveInput!) {
      twilioSettingsSave(input: $input) { userErrors { code } } }`,
    { input: { accountSid, authToken, phoneNumber } },
  );
  await owner.call('mutation { twilioSettingsVerify { userErrors { code } } }');
  streams = createClient({
    url: `${house.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${owner.credential}` },
  });
});
afterAll(async () => {
  await streams.dispose();
  await house.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
function listen(query: string): { told: any[]; failures: unknown[] } {
  const told: unknown[] = [];
  const failures: unknown[] = [];
  streams.subscribe(
    { query },
    { next: (value) => told.push(value), error: (failure) => failures.push(failure), complete: () => {} },
  );
  return { told, failures };
}

it('somebody sends a text, and the subscriber sees it with what other services know of the sender', async () => {
  const received = listen(`subscription { smsReceived {
    id body direction sandbox contactPoint { address kind smsMessages { nodes { id } } } } }`);
  const recorded = listen('subscription { auditEntryAdded { type subjects service } }');
  const happened = listen(
    'subscription { events(types: ["evt.telephony.v1.SmsReceived"]) { subjects operation } }',
  );
  const from = '+14155550177';
  // Which moment the streams are open at is not told; so texts are sent until one of them is seen.
  let sentAt = Number.NEGATIVE_INFINITY;
  await until('all streams to see one', async () => {
    if (performance.now() - sentAt > AGAIN_MS) {
      sentAt = performance.now();
      await house.sandbox.simulate('twilio', 'incoming-sms', {
        from,
        to: sandboxAccounts.twilio.phoneNumber,
        body: 'Hello there',
      });
    }
    const isRecorded = recorded.told.some(({ data }) => data.auditEntryAdded.type.endsWith('SmsReceived'));
    return received.told.length > 0 && happened.told.length > 0 && isRecorded;
  });
  expect([...received.failures, ...recorded.failures, ...happened.failures]).toEqual([]);
  const { id, ...sms } = received.told[0].data.smsReceived;
  expect(sms).toMatchObject({
    body: 'Hello there',
    direction: 'INBOUND',
    sandbox: true,
    contactPoint: { address: from, kind: 'PHONE' },
  });
  expect(sms.contactPoint.smsMessages.nodes.map((node: { id: string }) => node.id)).toContain(id);
  expect(received.told[0].extensions.eventId).toMatch(/^evt_/);
  expect(happened.told[0].data.events.subjects).toEqual([expect.stringMatching(/^sms_/)]);
  const entry = recorded.told.find(({ data }) => data.auditEntryAdded.type.endsWith('SmsReceived'));
  expect(entry.data.auditEntryAdded.service).toBe('telephony');
});
