import { type RecordedOperation, readOperation } from '@switchboard/composition/operations';
import { type Broker, readOperationsSeen, SUPERGRAPH_CONTROLLER } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { startBroker, type TestBroker, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { OperationsSeen } from './operations-seen.ts';

let broker: TestBroker;
let reader: Broker;
let gateway: GatewayFixture;

beforeAll(async () => {
  broker = await startBroker({ services: [] });
  reader = await broker.connect(SUPERGRAPH_CONTROLLER);
  gateway = await startGateway();
  gateway.gateway.recordOperations(await broker.connect('gateway'));
});
afterAll(async () => {
  await gateway.close();
  await broker.stop();
});

async function records(): Promise<RecordedOperation[]> {
  return (await readOperationsSeen(reader)).flatMap((text) => readOperation(text) ?? []);
}

async function send(query: string, variables?: object): Promise<void> {
  const authorization = `Bearer ${await gateway.token()}`;
  await gateway.post({ query, variables }, { authorization });
}

it('operations that clients send are recorded once, by shape, and nothing that anybody wrote in them', async () => {
  const spellings = [
    'query Sent { smsMessages(first: 2) { nodes { id body } } }',
    '# of alice\nquery Sent { smsMessages(first: 31) { nodes { body   id } } }',
  ];
  for (const query of spellings) await send(query);
  await send('mutation Send($input: SmsSendInput!) { smsSend(input: $input) { sms { id } } }', {
    input: { body: 'to alice' },
  });
  await send('mutation Text { smsSend(input: { body: "dear alice" }) { sms { id } } }');
  await waitFor('three operations', async () => (await records()).length === 3);
  const found = await records();
  expect(found.map(({ name }) => name).sort()).toEqual(['Send', 'Sent', 'Text']);
  expect(JSON.stringify(found)).not.toMatch(/alice|31/);
  expect(found.find(({ name }) => name === 'Text')?.document).toContain('smsSend(input:{body:""})');
});

it('what is not valid, and what the gateway asks itself, is no operation of a client', async () => {
  const before = (await records()).length;
  await send('query Bad { nothing }');
  const authorization = `Bearer ${await gateway.token()}`;
  const call = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'smsMessages', arguments: {} },
  };
  const answer = await fetch(`${gateway.url}/mcp`, {
    method: 'POST',
    body: JSON.stringify(call),
    headers: {
      authorization,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
  });
  expect(await answer.text()).toContain('body of');
  await send('query Last { __typename }');
  const found = await waitFor('the last one', async () => {
    const all = await records();
    return all.some(({ name }) => name === 'Last') && all;
  });
  expect(found.length).toBe(before + 1);
});

it('is told again the next day, and only then', async () => {
  let now = 0;
  const link = await broker.connect('gateway');
  const seen = new OperationsSeen(createLogger('test', { level: 'silent' }), () => now);
  seen.join(link);
  const caller = { kind: 'user', workspaceId: 'wsp_1', mode: 'live', scopes: [] } as const;
  const place = async () => {
    const { streams } = await (await import('@nats-io/jetstream')).jetstreamManager(
      (await broker.connect('provisioner')).connection,
      { checkAPI: false },
    );
    return (await streams.info('OPERATIONS')).state.last_seq;
  };
  const begin = await place();
  const note = (name: string) => seen.note(`query ${name} { __typename }`, name, caller);
  note('Daily');
  note('Daily');
  note('First');
  await waitFor('both', async () => (await place()) === begin + 2);
  now += 23 * 3_600_000;
  note('Daily');
  note('Second');
  await waitFor('the other alone', async () => (await place()) === begin + 3);
  now += 2 * 3_600_000;
  note('Daily');
  await waitFor('the next day', async () => (await place()) === begin + 4);
});

it('no request waits for a broker that is away, and callers who are strangers cannot crowd others out', async () => {
  const link = await broker.connect('gateway');
  const seen = new OperationsSeen(createLogger('test', { level: 'silent' }));
  for (let n = 0; n < 1_000; n += 1) seen.note(`query A${n} { __typename }`, `A${n}`, { kind: 'anonymous' });
  const before = (await records()).length;
  seen.join(link);
  for (let n = 0; n < 1_000; n += 1) seen.note(`query B${n} { __typename }`, `B${n}`, { kind: 'anonymous' });
  await waitFor('as many as strangers are given', async () => (await records()).length === before + 200);
  for (let n = 0; n < 100; n += 1) seen.note(`query C${n} { __typename }`, `C${n}`, { kind: 'anonymous' });
  const known = { kind: 'user', workspaceId: 'wsp_1', mode: 'live', scopes: [] } as const;
  seen.note('query Known { __typename }', 'Known', known);
  await waitFor('the known one', async () => (await records()).some(({ name }) => name === 'Known'));
  expect((await records()).length).toBe(before + 201);

  await broker.kill();
  await waitFor('the gateway to notice', async () => !(await link.isUp(200)));
  const answer = await gateway.post({ query: 'query Away { __typename }' });
  expect(answer.status).toBe(200);
  await broker.restart();
  await waitFor('the link', async () => (await link.isUp()) && (await reader.isUp()));
  await waitFor('it is recorded when the broker is back', async () => {
    await gateway.post({ query: 'query Away { __typename }' });
    return (await records()).some(({ name }) => name === 'Away');
  });
});
