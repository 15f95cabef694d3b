import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import { newId } from '@switchboard/ids';
import { createLogger } from '@switchboard/observability';
import { SmsReceivedSchema, SmsSentSchema } from '@switchboard/proto-schemas';
import { publishEvent, startBroker, type TestBroker, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, EVENT_STREAM, EventFollower, readEvents } from './index.ts';

const workspaceId = newId('wsp');
const logger = createLogger('test', { level: 'silent' });

let testBroker: TestBroker;
let gateway: Broker;
let telephony: Broker;

beforeAll(async () => {
  testBroker = await startBroker({ services: ['telephony', 'mail'] });
  [gateway, telephony] = await Promise.all([testBroker.connect('gateway'), testBroker.connect('telephony')]);
});
afterAll(() => testBroker.stop());

const publish = (workspace = workspaceId) =>
  publishEvent(telephony, SmsReceivedSchema, { smsId: newId('sms') }, { workspaceId: workspace });

async function consumersOfGateway(): Promise<string[]> {
  const provisioner = await testBroker.connect('provisioner');
  const manager = await jetstreamManager(provisioner.connection, { checkAPI: false });
  const names: string[] = [];
  for await (const { name } of manager.consumers.list(EVENT_STREAM)) names.push(name);
  await provisioner.close();
  return names.filter((name) => name.startsWith('gateway-'));
}

async function follow(): Promise<{ ids: string[]; gaps: () => number; stop: () => void }> {
  const ids: string[] = [];
  let gaps = 0;
  const follower = new EventFollower(
    gateway,
    { event: ({ record }) => ids.push(record.id), gap: () => (gaps += 1) },
    logger,
  );
  await follower.start();
  return { ids, gaps: () => gaps, stop: () => follower.stop() };
}

describe('following events', () => {
  it('gives each once and in order, from now on', async () => {
    await publish();
    const { ids, stop } = await follow();
    const sent: string[] = [];
    for (let n = 0; n < 50; n += 1) sent.push(await publish());
    await waitFor('the last event', async () => ids.length >= sent.length);
    expect(ids).toEqual(sent);
    stop();
  });

  it('goes on after the broker was killed, without losing or repeating one', async () => {
    const { ids, gaps, stop } = await follow();
    const sent = [await publish()];
    await waitFor('the first event', async () => ids.length === 1);
    await testBroker.restart();
    const again = async (): Promise<string> => publish().catch(again);
    for (let n = 0; n < 20; n += 1) sent.push(await again());
    await waitFor('the last event', async () => ids.at(-1) === sent.at(-1));
    // One that was published again because its answer was lost stands in the stream under another id, too.
    expect(ids.filter((id) => sent.includes(id))).toEqual(sent);
    expect(new Set(ids).size).toBe(ids.length);
    expect(gaps()).toBe(0);
    stop();
  });

  it('notices when its consumer is gone, and says when events are lost', async () => {
    const { ids, gaps, stop } = await follow();
    const first = await publish();
    await waitFor('the first event', async () => ids.length === 1);
    const provisioner = await testBroker.connect('provisioner');
    const manager = await jetstreamManager(provisioner.connection, { checkAPI: false });
    for (const name of await consumersOfGateway()) await manager.consumers.delete(EVENT_STREAM, name);
    await publish();
    await manager.streams.purge(EVENT_STREAM);
    await provisioner.close();
    const last = await publish();
    await waitFor('the last event', async () => ids.length > 1);
    expect(ids).toEqual([first, last]);
    expect(gaps()).toBe(1);
    stop();
  });

  it('leaves nothing at the broker', async () => {
    const { stop } = await follow();
    expect(await consumersOfGateway()).not.toEqual([]);
    stop();
    await waitFor('the consumers to go', async () => (await consumersOfGateway()).length === 0);
  });
});

describe('reading events back', () => {
  it('gives a workspace its own, from a time on, and ends', async () => {
    const mine = newId('wsp');
    const since = new Date();
    const sent = [await publish(mine), await publish(mine)];
    await publish(newId('wsp'));
    await publishEvent(telephony, SmsSentSchema, { smsId: newId('sms') }, { workspaceId: mine });
    const keep = ({ record }: { record: { type: string } }) => record.type === SmsReceivedSchema.typeName;
    const all = await readEvents(gateway, { workspaceId: mine, since, lookAtMax: 100, keep });
    expect(all).toMatchObject({ complete: true });
    expect(all.events.map(({ record }) => record.id)).toEqual(sent);
    const some = await readEvents(gateway, { workspaceId: mine, since, lookAtMax: 1, keep });
    expect(some).toMatchObject({ complete: false, events: [{ record: { id: sent[0] } }] });
    const none = await readEvents(gateway, { workspaceId: newId('wsp'), since, lookAtMax: 1, keep });
    expect(none).toEqual({ complete: true, events: [] });
  });
});

describe("the gateway's rights", () => {
  it("end at a service's consumer: it cannot change, read or delete it, nor make a durable one", async () => {
    const impatient = { checkAPI: false, timeout: 500 };
    const { consumers } = await jetstreamManager(gateway.connection, impatient);
    const config = { ack_policy: AckPolicy.Explicit, filter_subject: 'evt.>' };
    await expect(consumers.add(EVENT_STREAM, { ...config, name: 'mail' })).rejects.toThrow();
    await expect(consumers.delete(EVENT_STREAM, 'mail')).rejects.toThrow();
    await expect(consumers.info(EVENT_STREAM, 'mail')).rejects.toThrow();
    const next = gateway.connection.request(`$JS.API.CONSUMER.MSG.NEXT.${EVENT_STREAM}.mail`, '', {
      timeout: 500,
    });
    await expect(next).rejects.toThrow();
  });
});
