import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway } from '../src/gateway.fixture.ts';
import type { SubgraphClientOptions } from '../src/graph/subgraph-client.ts';
import { startStub } from '../src/http.fixture.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const OTHERS = { query: '{ mailMessages { subject } }' };
const PERSON = {
  query: '{ contactPoint(address: "a@example.com") { smsMessages { id } mailMessages { subject } } }',
};
const ITS_FIELDS = {
  data: { contactPoint: { smsMessages: null, mailMessages: [{ subject: 'Hello' }] } },
  errors: [{ path: ['contactPoint', 'smsMessages'], extensions: { code: 'UNAVAILABLE' } }],
};

async function startedOver(
  listener: (response: ServerResponse) => void,
  subgraphClients: SubgraphClientOptions,
) {
  const asked: ServerResponse[] = [];
  const stub = await startStub((_request, response) => {
    asked.push(response);
    listener(response);
  });
  open.push(stub);
  const gateway = await startGateway({ telephony: stub.url }, { subgraphClients });
  open.push(gateway);
  return { gateway, asked };
}

describe('a subgraph that', () => {
  it('hangs keeps nobody waiting who does not ask it', async () => {
    const { gateway, asked } = await startedOver(() => {}, { queryTimeoutMs: 600_000 });
    let isAnswered = false;
    const waiting = gateway.post(PERSON).finally(() => {
      isAnswered = true;
    });
    // More of them than there are connections to it.
    const more = Array.from({ length: 100 }, () => gateway.post({ query: '{ smsMessages { totalCount } }' }));
    for (let count = 0; count < 20; count += 1) {
      expect((await gateway.post(OTHERS)).body).toMatchObject({
        data: { mailMessages: [{ subject: 'Hello' }] },
      });
    }
    expect(isAnswered).toBe(false);
    expect(asked.length).toBeGreaterThan(0);
    const letGo = setInterval(() => {
      for (const response of asked.splice(0)) response.destroy();
    }, 5);
    expect((await waiting).body).toMatchObject(ITS_FIELDS);
    await Promise.all(more);
    clearInterval(letGo);
  });

  it.each([
    ['hangs', () => {}],
    ['breaks connections', (response: ServerResponse) => void response.destroy()],
    ['speaks HTML', (response: ServerResponse) => void response.end('<html>')],
  ])('%s costs its own fields, and after some failures no time at all', async (_name, listener) => {
    // The time-out is everybody's: long enough for those who answer, on any machine.
    const { gateway, asked } = await startedOver(listener, {
      queryTimeoutMs: 3_000,
      breaker: { failuresMax: 1, openMs: 600_000 },
    });
    expect((await gateway.post(PERSON)).body).toMatchObject(ITS_FIELDS);
    const askedBefore = asked.length;
    expect((await gateway.post(PERSON)).body).toMatchObject(ITS_FIELDS);
    expect(asked).toHaveLength(askedBefore);
  });
});
