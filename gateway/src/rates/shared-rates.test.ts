import { createLogger } from '@switchboard/observability';
import { startBroker, type TestBroker, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { RateAccounts } from './rate-accounts.ts';
import { SharedRates } from './shared-rates.ts';

const LIMIT = 10_000;
const PAGE = 49;
const COST = PAGE + 1;
const logger = createLogger('test', { level: 'silent' });

let broker: TestBroker;
const open: GatewayFixture[] = [];

beforeAll(async () => {
  broker = await startBroker({ services: [] });
});
afterAll(async () => {
  for (const gateway of open) await gateway.close();
  await broker.stop();
});

async function gatewayOnBroker(): Promise<GatewayFixture> {
  const gateway = await startGateway({}, { limits: { bucketPoints: LIMIT, refillPerMinute: 1 } });
  open.push(gateway);
  gateway.gateway.shareLimits(await broker.connect('gateway'));
  return gateway;
}

/** Asks until it is refused. @returns the points let through. */
async function drain(gateway: GatewayFixture, session: string): Promise<number> {
  const authorization = `Bearer ${await gateway.token({ sid: session })}`;
  const query = `{ smsMessages(first: ${PAGE}) { nodes { id } } }`;
  for (let spent = 0; ; spent += COST) {
    const { status } = await gateway.post({ query }, { authorization });
    if (status === 429) return spent;
    expect(status).toBe(200);
  }
}

/** Asks so many times at once. @returns the points let through. */
async function burst(gateway: GatewayFixture, session: string, times: number): Promise<number> {
  const authorization = `Bearer ${await gateway.token({ sid: session })}`;
  const query = `{ smsMessages(first: ${PAGE}) { nodes { id } } }`;
  const answers = await Promise.all(
    Array.from({ length: times }, () => gateway.post({ query }, { authorization })),
  );
  return COST * answers.filter(({ status }) => status === 200).length;
}

async function remaining(gateway: GatewayFixture, session: string): Promise<number> {
  const authorization = `Bearer ${await gateway.token({ sid: session })}`;
  const { headers } = await gateway.post({ query: '{ __typename }' }, { authorization });
  return Number(headers.get('ratelimit-remaining'));
}

describe('two gateways on one broker', () => {
  it('let through what one bucket holds, within 5 %, and know it of each other; without the broker each goes on alone', async () => {
    const [one, two] = [await gatewayOnBroker(), await gatewayOnBroker()];
    const [a, b] = await Promise.all([drain(one, 'ses_a'), drain(two, 'ses_a')]);
    expect(Math.abs(a + b - LIMIT)).toBeLessThanOrEqual(LIMIT * 0.05);
    expect(a).toBeGreaterThan(0);
    expect(b).toBeGreaterThan(0);

    // The same when both are flooded at once.
    const flood = await Promise.all([one, two].map((gateway) => burst(gateway, 'ses_f', 150)));
    expect(Math.abs((flood[0] ?? 0) + (flood[1] ?? 0) - LIMIT)).toBeLessThanOrEqual(LIMIT * 0.05);

    // A gateway that joins learns what is left before it is asked anything.
    const three = await gatewayOnBroker();
    await waitFor('the third to be told', async () => (await remaining(three, 'ses_a')) < COST);
    expect(await drain(three, 'ses_a')).toBe(0);

    await broker.kill();
    expect(await drain(one, 'ses_b')).toBe(LIMIT);
    expect(await drain(two, 'ses_b')).toBe(LIMIT);

    await broker.restart();
    // Cut off, the third gave out nothing; now it knows what the others did.
    await waitFor('the third to be told again', async () => (await remaining(three, 'ses_b')) < COST, 30_000);
  });
});

describe('sharing', () => {
  it('takes no harm from messages it does not understand, and nobody else may send any', async () => {
    const accounts = new RateAccounts({ capacity: 100, refillPerMinute: 1 });
    const rates = new SharedRates(accounts, logger);
    const mine = await broker.connect('gateway');
    rates.join(mine);
    const other = await broker.connect('gateway');
    for (const text of [
      '',
      'nonsense',
      '{}',
      '{"from":"x","amounts":[["a"]]}',
      '{"from":"x","amounts":[[1,2]]}',
    ]) {
      other.connection.publish('gateway.rates.taken', text);
    }
    other.connection.publish('gateway.rates.taken', '{"from":"x","amounts":[["account",40]]}');
    await waitFor('the good one', async () => accounts.stateOf('account').remaining === 60);
    expect(accounts.levels().map(([account]) => account)).not.toContain('a');

    const ops = await broker.connect('ops');
    ops.connection.publish('gateway.rates.taken', '{"from":"x","amounts":[["account",10]]}');
    await ops.connection.flush();
    other.connection.publish('gateway.rates.taken', '{"from":"x","amounts":[["account",1]]}');
    await waitFor('the one after', async () => accounts.stateOf('account').remaining < 60);
    expect(accounts.stateOf('account').remaining).toBe(59);
  });
});
