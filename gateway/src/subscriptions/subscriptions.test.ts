import { SmsReceivedSchema, SmsSentSchema } from '@switchboard/proto-schemas/evt/telephony';
import { waitFor } from '@switchboard/testing';
import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { smsId } from '../small-services.fixture.ts';
import { type StreamingFixture, startStreaming } from './streaming.fixture.ts';

let house: StreamingFixture;

beforeAll(async () => {
  house = await startStreaming();
});
afterAll(() => house.close());

const RECEIVED = 'subscription { smsReceived { id body } }';
/** Something that is told after everything that must not be. */
const untilTold = async (stream: { told: unknown[] }, count: number) =>
  waitFor(`${count} values`, () => stream.told.length >= count);

describe('a subscriber over graphql-transport-ws', () => {
  it('is told of its events with everything it selected, fetched through the graph', async () => {
    const stream = await house.listen(await house.client(), {
      query: `subscription Texts($currency: Boolean!) { text: smsReceived { ...Sms __typename } }
        fragment Sms on Sms { id body price { amountMinor currency @include(if: $currency) } }`,
      variables: { currency: true },
    });
    const eventId = await house.received(smsId(1));
    await untilTold(stream, 1);
    expect(stream.told).toMatchObject([
      {
        data: {
          text: {
            id: smsId(1),
            body: `body of ${smsId(1)}`,
            price: { amountMinor: '79', currency: 'USD' },
            __typename: 'Sms',
          },
        },
        extensions: { eventId },
      },
    ]);
    await stream.stop();
  });

  it('is told of the node it names and of no other, and of the events its field is for', async () => {
    const stream = await house.listen(await house.client(), {
      query: 'subscription ($id: ID) { smsStatusChanged(id: $id) { id } }',
      variables: { id: smsId(7) },
    });
    await house.publish(SmsSentSchema, { smsId: smsId(8) });
    await house.received(smsId(7));
    await house.publish(SmsSentSchema, { smsId: smsId(7) });
    await untilTold(stream, 1);
    expect(stream.told[0].data).toEqual({ smsStatusChanged: { id: smsId(7) } });
    expect(stream.told).toHaveLength(1);
    await stream.stop();
  });

  it('never hears of another workspace, nor of what it may not see', async () => {
    const stream = await house.listen(await house.client(), RECEIVED);
    await house.received(smsId(5), { workspaceId: 'wsp_2' });
    // The owner does not give 2 to this caller.
    await house.received(smsId(2));
    await house.received(smsId(6));
    await untilTold(stream, 1);
    expect(stream.told.map(({ data }) => data.smsReceived.id)).toEqual([smsId(6)]);
    await stream.stop();
  });

  it('with a test key hears of the sandbox only', async () => {
    const stream = await house.listen(
      await house.client(`Bearer ${await house.token({ mode: 'test' })}`),
      RECEIVED,
    );
    await house.received(smsId(1));
    await house.received(smsId(3), { sandbox: true });
    await untilTold(stream, 1);
    expect(stream.told.map(({ data }) => data.smsReceived.id)).toEqual([smsId(3)]);
    await stream.stop();
  });

  it('with a key for registered operations is refused any other', async () => {
    house.apiKeys.holder = {
      apiKeyId: 'key_limited',
      workspaceId: 'wsp_1',
      scopes: ['telephony:read'],
      mode: 'live',
      registeredOperationsOnly: true,
    };
    const refused = house.subscribe(await house.client('Bearer sb_live_limited_secret'), RECEIVED);
    await waitFor('the refusal', refused.over);
    expect(refused.over()).toMatchObject([
      { message: 'Only registered operations are served here.', extensions: { code: 'FORBIDDEN' } },
    ]);
    house.apiKeys.holder = undefined;
  });

  it('without the scope of the field is refused; without that of a part it gets null for the part', async () => {
    const poor = await house.client(`Bearer ${await house.token({ scopes: ['mail:read'] })}`);
    const refused = house.subscribe(poor, RECEIVED);
    await waitFor('the refusal', refused.over);
    expect(refused.over()).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);

    const reader = await house.client(`Bearer ${await house.token({ scopes: ['telephony:read'] })}`);
    const stream = await house.listen(reader, 'subscription { smsReceived { id price { currency } } }');
    await house.received(smsId(1));
    await untilTold(stream, 1);
    expect(stream.told[0]).toMatchObject({
      data: { smsReceived: { id: smsId(1), price: null } },
      errors: [{ path: ['smsReceived', 'price'], extensions: { code: 'FORBIDDEN' } }],
    });
    await stream.stop();
  });

  it.each([
    ['no credential', { connectionParams: {} }],
    ['a wrong credential', { connectionParams: { authorization: 'Bearer nonsense' } }],
  ])('with %s is refused with 4401', async (_name, { connectionParams }) => {
    const { createClient } = await import('graphql-ws');
    const client = createClient({
      url: `${house.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams,
      retryAttempts: 0,
    });
    const stream = house.subscribe(client, RECEIVED);
    await waitFor('the refusal', stream.over);
    expect(stream.over()).toMatchObject({ code: 4401 });
  });

  it.each([
    ['a query', '{ smsMessages { totalCount } }', 'BAD_USER_INPUT'],
    ['what is not in the schema', 'subscription { nothing { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['two fields', 'subscription { smsReceived { id } events { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'what is too deep',
      `subscription { smsReceived ${'{ a '.repeat(13)}${'}'.repeat(13)} }`,
      'BAD_USER_INPUT',
    ],
    ['a condition on the field', 'subscription { smsReceived @include(if: true) { id } }', 'BAD_USER_INPUT'],
  ])('that sends %s is refused', async (_name, query, code) => {
    const stream = house.subscribe(await house.client(), query);
    await waitFor('the refusal', stream.over);
    expect(stream.over()).toMatchObject([{ extensions: { code } }]);
  });

  it('is not let in from a page of another origin', async () => {
    const socket = new WebSocket(`${house.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      origin: 'https://evil.example',
    });
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    expect(status).toBe(403);
    socket.on('error', () => {});
    socket.terminate();
  });
});

describe('a subscriber over server-sent events', () => {
  async function sse(query: string, extensions?: Record<string, unknown>) {
    const client = createSseClient({
      url: `${house.url}/graphql`,
      headers: { authorization: `Bearer ${await house.token()}` },
      retryAttempts: 0,
    });
    const told: unknown[] = [];
    let over: unknown;
    const before = house.gateway.subscriptionCount();
    const leave = client.subscribe(
      { query, ...(extensions && { extensions }) },
      {
        next: (value) => told.push(value),
        error: (error) => {
          over = error;
        },
        complete: () => {
          over ??= 'complete';
        },
      },
    );
    await waitFor('the stream', () => house.gateway.subscriptionCount() > before || over);
    const stop = async () => {
      const open = house.gateway.subscriptionCount();
      leave();
      await waitFor('it to be gone', () => house.gateway.subscriptionCount() < open);
    };
    return { told, over: () => over, stop };
  }

  it('is told the same', async () => {
    const stream = await sse(RECEIVED);
    const eventId = await house.received(smsId(1));
    await untilTold(stream, 1);
    expect(stream.told).toMatchObject([
      { data: { smsReceived: { id: smsId(1), body: `body of ${smsId(1)}` } }, extensions: { eventId } },
    ]);
    await stream.stop();
  });

  it('resumes as well, by GET too', async () => {
    const seen = await house.received(smsId(1));
    const missed = await house.received(smsId(3));
    const stream = await sse(RECEIVED, { resumeAfter: seen });
    await untilTold(stream, 1);
    expect(stream.told).toMatchObject([{ extensions: { eventId: missed } }]);
    await stream.stop();

    const search = new URLSearchParams({
      query: RECEIVED,
      extensions: JSON.stringify({ resumeAfter: seen }),
    });
    const response = await fetch(`${house.url}/graphql?${search}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${await house.token()}` },
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk);
      if (text.includes(missed)) break;
    }
    expect(text).toContain('event: next\ndata: {"data":{"smsReceived":{');
  });

  it.each([
    ['no credential', {}, 401, 'UNAUTHENTICATED', RECEIVED],
    ['no subscription', undefined, 400, 'BAD_USER_INPUT', '{ __typename }'],
    ['a foreign origin', { origin: 'https://evil.example' }, 403, 'FORBIDDEN', RECEIVED],
  ])('with %s is refused by status', async (_name, headers, status, code, query) => {
    const authorization = `Bearer ${await house.token()}`;
    const response = await fetch(`${house.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        ...(headers ?? { authorization }),
      },
      body: JSON.stringify({ query }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });
});

it('a subscription by plain POST is told where to go', async () => {
  const { status, body } = await house.post({ query: RECEIVED });
  expect(status).toBe(400);
  expect(body.errors[0]).toMatchObject({
    message: 'Subscriptions are served over graphql-transport-ws, or as text/event-stream.',
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

describe('events', () => {
  it('shows what happened, with the ids that it is about', async () => {
    const stream = await house.listen(
      await house.client(),
      'subscription { happened: events { id type service occurredAt subjects sandbox ... on Event { operation } } }',
    );
    const occurredAt = new Date('2026-11-21T10:00:00Z');
    const id = await house.received(smsId(1), { sandbox: true, occurredAt, operation: 'smsSend' });
    await untilTold(stream, 1);
    expect(stream.told).toMatchObject([
      {
        data: {
          happened: {
            id,
            type: SmsReceivedSchema.typeName,
            service: 'telephony',
            occurredAt: occurredAt.toISOString(),
            subjects: [smsId(1)],
            sandbox: true,
            operation: 'smsSend',
          },
        },
        extensions: { eventId: id },
      },
    ]);
    await stream.stop();
  });

  it('shows of each service what the scopes allow, and of named types only those', async () => {
    const mailOnly = await house.client(`Bearer ${await house.token({ scopes: ['mail:read'] })}`);
    const refused = house.subscribe(mailOnly, {
      query: 'subscription ($types: [String!]) { events(types: $types) { id } }',
      variables: { types: [SmsReceivedSchema.typeName] },
    });
    await waitFor('the refusal', refused.over);
    expect(refused.over()).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);

    const quiet = await house.listen(mailOnly, 'subscription { events { id } }');
    const named = await house.listen(await house.client(), {
      query: 'subscription ($types: [String!]) { events(types: $types) { id type } }',
      variables: { types: [SmsSentSchema.typeName] },
    });
    await house.received(smsId(1));
    const sent = await house.publish(SmsSentSchema, { smsId: smsId(1) });
    await untilTold(named, 1);
    expect(named.told.map(({ data }) => data.events.id)).toEqual([sent]);
    expect(quiet.told).toEqual([]);
    await quiet.stop();
    await named.stop();
  });

  it.each([
    ['a name that no event has', '["x"]'],
    ['no name at all', '[]'],
  ])('refuses %s', async (_name, types) => {
    const stream = house.subscribe(await house.client(), `subscription { events(types: ${types}) { id } }`);
    await waitFor('the refusal', stream.over);
    expect(stream.over()).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'types' } }]);
  });
});
