import { newId } from '@switchboard/ids';
import type { Broker } from '@switchboard/messaging';
import {
  ApiKeyRevokedSchema,
  SessionRevokedSchema,
  WorkspaceSuspendedSchema,
} from '@switchboard/proto-schemas/evt/auth';
import { publishEvent, waitFor } from '@switchboard/testing';
import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { readBytes, startStub } from '../http.fixture.ts';
import { smsId } from '../small-services.fixture.ts';
import { type Stream, type StreamingFixture, startStreaming } from './streaming.fixture.ts';

const RECEIVED = 'subscription { smsReceived { id } }';
const idsOf = ({ told }: Stream) => told.map(({ data }) => data.smsReceived.id);
const eventIdsOf = ({ told }: Stream) => told.map(({ extensions }) => extensions.eventId);

describe('a stream ends', () => {
  let house: StreamingFixture;
  let auth: Broker;
  beforeAll(async () => {
    house = await startStreaming();
    auth = await house.broker.connect('auth');
  });
  afterAll(() => house.close());

  const API_KEY = 'sb_live_one_secret';
  const withKey = () => {
    house.apiKeys.holder = {
      apiKeyId: 'key_1',
      workspaceId: 'wsp_1',
      scopes: ['telephony:read'],
      mode: 'live',
    };
    return house.client(`Bearer ${API_KEY}`);
  };
  const inWorkspace = { workspaceId: 'wsp_1' };

  it('when its API key is revoked, and others go on', async () => {
    const [mine, other] = [
      await house.listen(await withKey(), RECEIVED),
      await house.listen(await house.client(), RECEIVED),
    ];
    await publishEvent(auth, ApiKeyRevokedSchema, { apiKeyId: 'key_1' }, inWorkspace);
    await waitFor('the end', mine.over, 5_000);
    expect(mine.over()).toMatchObject({
      code: 4401,
      reason: 'UNAUTHENTICATED: The credentials are not valid any more.',
    });
    await house.received(smsId(1));
    await waitFor('the other to be told', () => other.told.length > 0);
    await other.stop();
  });

  it('when its session is revoked', async () => {
    const token = await house.token({ sid: 'ses_revoked' });
    const stream = await house.listen(await house.client(`Bearer ${token}`), RECEIVED);
    await publishEvent(auth, SessionRevokedSchema, { sessionId: 'ses_revoked' }, inWorkspace);
    await waitFor('the end', stream.over, 5_000);
    expect(stream.over()).toMatchObject({ code: 4401 });
  });

  it('with all others of its connection, which is closed once', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const client = await house.client(`Bearer ${await house.token({ sid: 'ses_many' })}`);
    const streams = await Promise.all(Array.from({ length: 15 }, () => house.listen(client, RECEIVED)));
    await publishEvent(auth, SessionRevokedSchema, { sessionId: 'ses_many' }, inWorkspace);
    await waitFor('the end of all', () => streams.every((stream) => stream.over()), 5_000);
    process.off('warning', onWarning);
    // Node warns of listeners that heap up.
    expect(warnings).toEqual([]);
  });

  it('when its workspace is suspended', async () => {
    const token = await house.token({ ws: 'wsp_suspended' });
    const stream = await house.listen(await house.client(`Bearer ${token}`), RECEIVED);
    const workspaceId = 'wsp_suspended';
    await publishEvent(auth, WorkspaceSuspendedSchema, { workspaceId }, { workspaceId });
    await waitFor('the end', stream.over, 5_000);
    expect(stream.over()).toMatchObject({
      code: 4401,
      reason: 'UNAUTHENTICATED: The workspace is suspended.',
    });
  });

  it('when its access token expires, so that the client comes back with a new one', async () => {
    const token = await house.token({ exp: Math.floor(Date.now() / 1_000) + 2 });
    const stream = await house.listen(await house.client(`Bearer ${token}`), RECEIVED);
    await waitFor('the end', stream.over, 5_000);
    expect(stream.over()).toMatchObject({
      code: 4401,
      reason: 'UNAUTHENTICATED: The access token has expired.',
    });
  });

  it('when a revocation passed while the link to the broker was broken', async () => {
    const token = await house.token({ sid: 'ses_missed' });
    const stream = await house.listen(await house.client(`Bearer ${token}`), RECEIVED);
    house.sessions.closed.add('ses_missed');
    house.gateway.reconnected();
    await waitFor('the end', stream.over, 5_000);
    expect(stream.over()).toMatchObject({ code: 4401 });
  });

  it('over server-sent events with the reason and a complete', async () => {
    const token = await house.token({ sid: 'ses_sse' });
    const response = await fetch(`${house.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query: RECEIVED }),
    });
    house.gateway.sessionRevoked('ses_sse');
    const text = await response.text();
    expect(text).toContain('"code":"UNAUTHENTICATED"');
    expect(text).toMatch(/event: complete\ndata: \n\n$/);
  });
});

describe('a client that does not read', () => {
  it('is dropped with a reason, while others are told everything', async () => {
    const big = 'x'.repeat(1_000_000);
    const telephony = await startStub(async (request, response) => {
      const { variables } = JSON.parse(String(await readBytes(request)));
      const entities = variables.representations.map(({ id }: { id: string }) => ({
        __typename: 'Sms',
        id,
        body: big,
      }));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: { _entities: entities } }));
    });
    const house = await startStreaming({ waitingEvents: 5 }, { telephony: telephony.url });
    const reader = await house.listen(await house.client(), 'subscription { smsReceived { id body } }');

    const slow = new WebSocket(`${house.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = new Promise<number>((resolve) => slow.once('close', resolve));
    await new Promise((resolve) => slow.once('open', resolve));
    const payload = { authorization: `Bearer ${await house.token()}` };
    slow.send(JSON.stringify({ type: 'connection_init', payload }));
    await new Promise((resolve) => slow.once('message', resolve));
    const query = 'subscription { smsReceived { id body } }';
    slow.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    await waitFor('both', () => house.gateway.subscriptionCount() === 2);
    slow.pause();

    let sent = 0;
    while (house.gateway.subscriptionCount() === 2) {
      sent += 1;
      await house.received(smsId(sent + 10));
      await waitFor('the reader to be told', () => reader.told.length === sent);
    }
    slow.resume();
    expect(await closed).toBe(4408);
    await house.received(smsId(9));
    await waitFor('the reader to be told', () => reader.told.length === sent + 1);
    expect(reader.over()).toBeUndefined();
    await house.close();
    await telephony.close();
  });

  it('and one that does not answer a ping is cut', async () => {
    const house = await startStreaming({ pingMs: 50 });
    const socket = new WebSocket(`${house.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      autoPong: false,
    });
    socket.once('open', async () => {
      const payload = { authorization: `Bearer ${await house.token()}` };
      socket.send(JSON.stringify({ type: 'connection_init', payload }));
    });
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(1006);
    await house.close();
  });
});

describe('a client that comes back', () => {
  let house: StreamingFixture;
  let client: Client;
  beforeAll(async () => {
    house = await startStreaming();
    client = await house.client();
  });
  afterAll(() => house.close());
  const after = (resumeAfter: string) => ({ query: RECEIVED, extensions: { resumeAfter } });

  it('is told exactly what it missed, in order, and then what happens', async () => {
    const first = await house.listen(client, RECEIVED);
    await house.received(smsId(1));
    const seen = await house.received(smsId(3));
    await waitFor('both', () => first.told.length === 2);
    await first.stop();

    // One that happened before it was published, as after an outage.
    const late = await house.received(smsId(4), { id: newId('evt'), occurredAt: new Date(0) });
    await house.received(smsId(5), { workspaceId: 'wsp_2' });
    const missed = [late, await house.received(smsId(6)), await house.received(smsId(7))];
    const resuming = house.listen(client, after(seen));
    const during = await house.received(smsId(8));
    const stream = await resuming;
    const later = await house.received(smsId(9));
    await waitFor('the last', () => eventIdsOf(stream).includes(later));
    expect(eventIdsOf(stream)).toEqual([...missed, during, later]);
    await stream.stop();
  });

  it.each([
    ['an event that never was', () => Promise.resolve(newId('evt'))],
    ["another workspace's event", () => house.received(smsId(5), { workspaceId: 'wsp_2' })],
    ['an event of three days ago', async () => 'evt_01KA5Z5EM00000000000000000'],
    ['no id at all', async () => 'nonsense'],
  ])('after %s is told to look for itself, and then what happens', async (_name, idOf) => {
    const stream = await house.listen(client, after(await idOf()));
    await waitFor('the first', () => stream.told.length === 1);
    expect(stream.told[0]).toEqual({ data: { smsReceived: null }, extensions: { resync: true } });
    await house.received(smsId(9));
    await waitFor('the next', () => stream.told.length === 2);
    expect(stream.told[1].data).toEqual({ smsReceived: { id: smsId(9) } });
    await stream.stop();
  });
});

describe('many', () => {
  it('1,000 subscribers cost the broker one consumer, and each is told', async () => {
    const house = await startStreaming();
    const clients = await Promise.all(Array.from({ length: 100 }, () => house.client()));
    const streams = clients.flatMap((client) =>
      Array.from({ length: 10 }, () => house.subscribe(client, RECEIVED)),
    );
    await waitFor('all of them', () => house.gateway.subscriptionCount() === 1_000);
    expect(await house.consumers()).toBe(1);
    await house.received(smsId(1));
    await waitFor('everybody to be told', () => streams.every(({ told }) => told.length === 1));
    await house.close();
  });

  it('go on after the broker was killed, and miss nothing', async () => {
    const house = await startStreaming();
    const stream = await house.listen(await house.client(), RECEIVED);
    await house.received(smsId(1));
    await waitFor('the first', () => stream.told.length === 1);
    await house.broker.restart();
    const sent = await waitFor('the broker', () => house.received(smsId(3)));
    await waitFor('the event', () => eventIdsOf(stream).includes(sent));
    expect(stream.over()).toBeUndefined();
    await house.close();
  });

  it('go elsewhere when the process stops', async () => {
    const house = await startStreaming();
    const stream = await house.listen(await house.client(), RECEIVED);
    const response = await fetch(`${house.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${await house.token()}`,
      },
      body: JSON.stringify({ query: RECEIVED }),
    });
    await house.gateway.close();
    await waitFor('the end', stream.over);
    expect(stream.over()).toMatchObject({ code: 1001 });
    // No `complete`: that would tell the client not to come back.
    expect(await response.text()).not.toContain('event:');
    await house.close();
  });
});

describe('limits', () => {
  let house: StreamingFixture;
  beforeEach(async () => {
    house = await startStreaming({ perCaller: 2, perAddress: 3, subscriptionsPerConnection: 1 });
  });
  afterEach(() => house.close());

  it('hold per caller, per address and per connection; what is given back can be had again', async () => {
    const [client, second] = [await house.client(), await house.client()];
    const held = await house.listen(client, RECEIVED);
    const more = house.subscribe(client, RECEIVED);
    await waitFor('the refusal', more.over);
    expect(more.over()).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);

    const other = await house.listen(second, RECEIVED);
    const third = house.subscribe(await house.client(), RECEIVED);
    await waitFor('the refusal', third.over);
    expect(third.over()).toMatchObject({ code: 4429 });

    const stranger = await house.client(`Bearer ${await house.token({ sub: 'usr_2' })}`);
    const strangers = await house.listen(stranger, RECEIVED);
    const refused = await fetch(`${house.url}/graphql`, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: RECEIVED }),
    });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');

    await second.dispose();
    await waitFor('its place', () => house.gateway.subscriptionCount() === 2);
    const again = await waitFor('another', async () => {
      const stream = await house.listen(await house.client(), RECEIVED);
      return stream.over() === undefined && stream;
    });
    await house.received(smsId(1));
    await waitFor('all', () => [held, strangers, again].every((stream) => idsOf(stream).length === 1));
    expect(other.told).toEqual([]);
  });
});
