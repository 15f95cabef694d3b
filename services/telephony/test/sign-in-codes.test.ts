import { newId } from '@switchboard/ids';
import type { Broker } from '@switchboard/messaging';
import { SignInCodeRequestedSchema } from '@switchboard/proto-schemas';
import { publishEvent, startTestService, type TestService, testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { telephony } from '../src/service.ts';

let house: TestService;
let auth: Broker;
beforeAll(async () => {
  house = await startTestService(telephony);
  auth = await house.broker.connect('auth');
});
afterAll(() => house.stop());

const PHONE = '+14155552671';
const texts = async (to: string) =>
  (await house.control.requests('twilio')).filter(
    ({ method, body }) => method === 'POST' && (body as { To?: string } | null)?.To === to,
  );
const request = (challengeId: string, workspaceId: string, copies = 1) =>
  publishEvent(auth, SignInCodeRequestedSchema, { challengeId }, { workspaceId, copies });

it('a code is texted once from the installation’s number, however often it is asked for, and kept nowhere', async () => {
  const { workspaceId } = testActor();
  const challengeId = newId('fch');
  house.auth.smsContexts.set(challengeId, { phoneNumber: PHONE, text: '482913 is your Switchboard code.' });
  await request(challengeId, workspaceId, 3);
  await waitFor('the text', async () => (await texts(PHONE)).length > 0);
  // A later one shows that everything before it has been handled.
  const later = newId('fch');
  house.auth.smsContexts.set(later, {
    phoneNumber: '+14155552672',
    text: '111111 is your Switchboard code.',
  });
  await request(later, workspaceId);
  await waitFor('the later text', async () => (await texts('+14155552672')).length > 0);
  const sent = await texts(PHONE);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body).toMatchObject({
    From: sandboxAccounts.twilio.phoneNumber,
    Body: '482913 is your Switchboard code.',
  });
  const rows = await house.service.database.statement<{ everything: string }>(
    `select json_agg(intents)::text as everything from intents`,
  );
  expect(JSON.stringify(rows)).not.toContain('482913');
  expect(JSON.stringify(rows)).not.toContain(PHONE);
  const { data } = await house.graphql(
    testActor({ workspaceId }),
    '{ smsMessages(first: 10) { nodes { id } } }',
  );
  expect(data).toEqual({ smsMessages: { nodes: [] } });
});

it('a code that is over by now is not texted', async () => {
  const { workspaceId } = testActor();
  const gone = newId('fch');
  await request(gone, workspaceId);
  await waitFor('the refusal', async () => {
    const rows = await house.service.database.statement<{ state: string }>(
      "select state from intents where payload->>'challengeId' = ?",
      [gone],
    );
    return rows[0]?.state === 'FAILED' || undefined;
  });
});
