import { SYSTEM } from '@switchboard/storage';
import { startTestService, type TestService, testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { telephony } from '../src/service.ts';

const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;
const CANARY = 'canary-text';

let house: TestService;
beforeAll(async () => {
  house = await startTestService(telephony);
});
afterAll(() => house.stop());

/** Every row of every table, as text; bytes are hexadecimal in it. */
function everythingStored(): Promise<string> {
  return house.service.database.transaction(SYSTEM, async ({ em }) => {
    const tables = await em.execute<{ name: string }[]>(
      "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const rows = await em.execute<{ row: string }[]>(`select t::text as row from "${name}" t`);
      texts.push(...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  });
}

const hex = (text: string) => Buffer.from(text).toString('hex');

async function verifiedActor() {
  const actor = testActor();
  const save =
    'mutation ($input: TwilioSettingsSaveInput!) { twilioSettingsSave(input: $input) { userErrors { code } } }';
  await house.graphql(actor, save, { input: { accountSid, authToken, phoneNumber } });
  await house.graphql(actor, 'mutation { twilioSettingsVerify { userErrors { code } } }');
  return actor;
}

const SEND = `mutation ($input: SmsSendInput!) {
  smsSend(input: $input) { sms { id body } userErrors { code } } }`;

it.each([
  ['NUL', `${CANARY}\u0000`, 400],
  ['a lone high surrogate', `${CANARY}\ud83d`, 400],
  ['a lone low surrogate', `${CANARY}\ude00`, 400],
  ['surrogates in the wrong order', `${CANARY}\ude00\ud83d`, 400],
  ['a bidirectional override', `${CANARY}\u202e`, 400],
  ['a bidirectional isolate', `${CANARY}\u2066`, 400],
  ['200 KB', CANARY + 'x'.repeat(200_000), 400],
  ['1 MB', CANARY + 'x'.repeat(1_048_576), 413],
])('a text with %s is refused wherever it stands, and stored nowhere', async (_what, bad, status) => {
  const actor = await verifiedActor();
  const good = { idempotencyKey: 'key', to: '+14155552700', body: 'Hello' };
  for (const field of ['body', 'idempotencyKey', 'to', 'from'] as const) {
    const answer = await house.graphql(actor, SEND, { input: { ...good, [field]: bad } });
    expect(answer.status).toBe(status);
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  }
  const named = await house.graphql(actor, `query ($id: ID!) { sms(id: $id) { id } }`, { id: bad });
  expect(named.status).toBe(status);
  const stored = await everythingStored();
  expect(stored).toContain(actor.workspaceId);
  expect(stored).not.toContain(CANARY);
  expect(stored).not.toContain(hex(CANARY));
  expect(stored).not.toContain('\ufffd');
  expect(await messagesTo(good.to)).toBe(0);
});

it('a text that is only unusual goes through byte by byte', async () => {
  const actor = await verifiedActor();
  const body = 'żółć 😀 مرحبا שלום 👩‍👩‍👧‍👦\n\ttabs and lines';
  const sent = await house.graphql<{ smsSend: { sms: { body: string } } }>(actor, SEND, {
    input: { idempotencyKey: 'unusual', to: '+14155552701', body },
  });
  expect(sent.data?.smsSend.sms.body).toBe(body);
  expect(await everythingStored()).toContain('👩‍👩‍👧‍👦');
});

async function messagesTo(to: string): Promise<number> {
  const response = await fetch(`${house.sandbox.url}/control/requests?vendor=twilio`);
  const { requests } = (await response.json()) as { requests: { path: string; body: unknown }[] };
  return requests.filter(
    ({ path, body }) => path.endsWith('/Messages.json') && JSON.stringify(body).includes(to.slice(1)),
  ).length;
}

it('a text of a stranger that cannot be stored is kept with the replacement character', async () => {
  const actor = await verifiedActor();
  const from = '+14155552702';
  await fetch(`${house.sandbox.url}/control/simulate/twilio/incoming-sms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from, to: phoneNumber, body: 'a\u0000b' }),
  });
  const list =
    'query ($contact: PhoneNumber!) { smsMessages(filter: { contact: $contact }) { nodes { body } } }';
  const texts = await waitFor('the text', async () => {
    const { data } = await house.graphql<{ smsMessages: { nodes: { body: string }[] } }>(actor, list, {
      contact: from,
    });
    return data?.smsMessages.nodes.length === 1 && data.smsMessages.nodes;
  });
  expect(texts).toEqual([{ body: 'a\ufffdb' }]);
});
