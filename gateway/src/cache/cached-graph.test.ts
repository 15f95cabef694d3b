import type { ServerResponse } from 'node:http';
import { SmsOptedOutSchema, SmsSentSchema } from '@switchboard/proto-schemas/evt/telephony';
import { waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStub } from '../http.fixture.ts';
import { seen, smsId } from '../small-services.fixture.ts';
import { type StreamingFixture, startStreaming } from '../subscriptions/streaming.fixture.ts';

const READ = { query: `{ mailMessages(count: 3) { texts { body price { amountMinor } } } }` };

describe('entities that a service lets the gateway keep', () => {
  let house: StreamingFixture;
  beforeAll(async () => {
    house = await startStreaming();
  });
  afterAll(() => house.close());

  /** How many texts telephony was asked about meanwhile. */
  async function askedFor(work: () => Promise<unknown>): Promise<number> {
    const before = seen.smsBatches.length;
    await work();
    return seen.smsBatches.slice(before).reduce((sum, count) => sum + count, 0);
  }
  const read = async () => {
    const { body } = await house.post(READ);
    expect(body.errors).toBeUndefined();
    expect(body.data.mailMessages[0].texts[1].body).toBe(`body of ${smsId(1_001)}`);
  };
  const asBeforeEvent = async () => {
    await read();
    expect(await askedFor(read)).toBe(0);
  };

  it('are asked for once, until an event names one of them', async () => {
    await asBeforeEvent();
    await house.publish(SmsSentSchema, { smsId: smsId(1_001) });
    let asked = 0;
    await waitFor('the event', async () => {
      asked += await askedFor(read);
      return asked > 0;
    });
    expect(asked).toBe(1);
  });

  it('are all asked for again after an event of their rule', async () => {
    await asBeforeEvent();
    await house.publish(SmsOptedOutSchema, {});
    let asked = 0;
    await waitFor('the event', async () => {
      asked += await askedFor(read);
      return asked > 0;
    });
    expect(asked).toBe(3);
  });

  it('are never shown to a caller whose scopes do not reach them', async () => {
    await asBeforeEvent();
    const narrow = await house.token({ scopes: ['telephony:read'] });
    const { body } = await house.post(READ, { authorization: `Bearer ${narrow}` });
    const [text] = body.data.mailMessages[0].texts;
    expect(text).toEqual({ body: `body of ${smsId(1_000)}`, price: null });
    expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('are asked for each time while the broker is away', async () => {
    await asBeforeEvent();
    await house.broker.kill();
    await waitFor('the gateway to notice', async () => (await askedFor(read)) === 3);
    expect(await askedFor(read)).toBe(3);
    await house.broker.restart();
    await waitFor('events to arrive again', async () => (await askedFor(read)) === 0);
  });
});

describe('a question that is under way when an event arrives', () => {
  it('does not answer whoever asks after the event', async () => {
    const waiting: ServerResponse[] = [];
    const telephony = await startStub((_request, response) => waiting.push(response));
    const house = await startStreaming({}, { telephony: telephony.url });
    const stream = await house.listen(await house.client(), 'subscription { events { id } }');
    const ask = () => house.post({ query: '{ smsMessages { nodes { id } } }' });

    const before = ask();
    await waitFor('the question', () => waiting.length === 1);
    await house.received(smsId(1));
    await waitFor('the event', () => stream.told.length === 1);
    const after = ask();
    await waitFor('the question to be asked again', () => waiting.length === 2);

    for (const [n, response] of waiting.entries()) {
      response.end(JSON.stringify({ data: { smsMessages: { nodes: [{ id: smsId(n) }] } } }));
    }
    const answers = (await Promise.all([before, after])).map(({ body }) => body.data.smsMessages.nodes[0].id);
    expect(answers).toEqual([smsId(0), smsId(1)]);
    await house.close();
    await telephony.close();
  });
});
