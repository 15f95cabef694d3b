import { randomBytes } from 'node:crypto';
import { newId } from '@switchboard/ids';
import { testActor, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Station } from '../../test/src/faults/station.ts';
import { type GatewayFixture, startGateway } from '../src/gateway.fixture.ts';
import { sending } from '../src/small-services.fixture.ts';
import { AuditLink } from '../src/tool-audit/audit-link.ts';

/** The gateway between a service with tools and the real audit, over a real broker. */
let audit: Station;
let gateway: GatewayFixture;
const link = new AuditLink();

beforeAll(async () => {
  const key = () => randomBytes(32).toString('base64');
  const environment = { AUDIT_CHECKPOINT_KEY: key(), AUDIT_VAULT_KEY: key() };
  audit = await Station.open({ service: 'audit', environment });
  await audit.start();
  gateway = await startGateway({}, { toolAudit: link });
}, 60_000);
beforeEach(async () => {
  link.connected(await audit.broker.connect('gateway'));
  sending.bodies.length = 0;
  sending.meanwhile = async () => {};
});
afterAll(async () => {
  await gateway.close();
  await audit.close();
});

const owner = testActor();
const agentId = newId('agt');
const send = (body: string, through = gateway) => {
  const { workspaceId } = owner;
  const scopes = ['telephony:send'];
  through.apiKeys.holder = { apiKeyId: newId('key'), workspaceId, scopes, mode: 'live', agentId };
  return through.post(
    {
      query: 'mutation ($body: String!) { smsSend(input: { body: $body }) { sms { id } } }',
      variables: { body },
    },
    { authorization: `Bearer sb_live_${randomBytes(6).toString('hex')}_secret` },
  );
};

interface Execution {
  status: string;
  input: string | null;
  errorMessage: string | null;
}

/** What audit says of the agent's calls, newest first. */
async function log(): Promise<Execution[]> {
  const { data, errors } = await audit.graphql<{ agentAuditLog: { nodes: Execution[] } }>(
    owner,
    'query ($agentId: ID!) { agentAuditLog(agentId: $agentId) { nodes { status input errorMessage } } }',
    { agentId },
  );
  if (!data) throw new Error(JSON.stringify(errors));
  return data.agentAuditLog.nodes;
}

it('a tool runs when its record is committed, and the record says how it ended', async () => {
  let during: Execution[] = [];
  sending.meanwhile = async () => {
    during = await log();
  };
  await send('Hello');
  const input = '{"input":{"body":"Hello"}}';
  expect(during).toEqual([{ status: 'PENDING', input, errorMessage: null }]);
  expect(await log()).toEqual([{ status: 'SUCCESS', input, errorMessage: null }]);

  await send('refuse');
  expect((await log())[0]).toMatchObject({ status: 'FAILED', errorMessage: 'They wrote STOP.' });
  await send('fail');
  expect((await log())[0]).toMatchObject({ status: 'FAILED', errorMessage: 'No number to send from.' });
});

it('a call stays PENDING when the gateway is lost while the tool runs', async () => {
  const before = await log();
  const broker = await audit.broker.connect('gateway');
  const lostLink = new AuditLink();
  lostLink.connected(broker);
  const lost = await startGateway({}, { toolAudit: lostLink });
  // What audit sees of a killed process: it is never heard again.
  sending.meanwhile = () => broker.close();
  await send('Hello', lost);
  await lost.close();
  expect(sending.bodies).toEqual(['Hello']);
  expect(await log()).toEqual([expect.objectContaining({ status: 'PENDING' }), ...before]);
});

it('nothing runs while audit is down; when it is back it is told what it did not hear, and everything runs', async () => {
  const before = await log();
  sending.meanwhile = async () => {
    await audit.running.kill();
  };
  const unheard = await send('Hello');
  expect(unheard.body.errors).toBeUndefined();
  const { status, body } = await send('Not sent');
  expect(status).toBe(503);
  expect(body.errors[0].extensions.code).toBe('UNAVAILABLE');
  expect(sending.bodies).toEqual(['Hello']);

  await audit.start();
  sending.meanwhile = async () => {};
  await waitFor('the end', async () => (await log())[0]?.status === 'SUCCESS', 20_000);
  await send('Sent');
  expect(sending.bodies).toEqual(['Hello', 'Sent']);
  const done = expect.objectContaining({ status: 'SUCCESS' });
  expect(await log()).toEqual([done, done, ...before]);
}, 60_000);
