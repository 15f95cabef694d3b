import { newId } from '@switchboard/ids';
import { describe, expect, it } from 'vitest';
import type { Authenticator } from '../identity/authenticator.ts';
import { Caller } from './caller.ts';
import { EventHub } from './event-hub.ts';
import { StreamedEvent } from './streamed-event.ts';
import { Subscription } from './subscription.ts';
import { Turnstile } from './turnstile.ts';

const authenticator = {
  establish: async () => ({
    kind: 'apiKey' as const,
    workspaceId: 'wsp_1',
    mode: 'live' as const,
    scopes: [],
    apiKeyId: 'key_1',
  }),
} as unknown as Authenticator;

function event(place: number, workspaceId = 'wsp_1'): StreamedEvent {
  return new StreamedEvent({
    place,
    record: {
      id: newId('evt'),
      type: 'evt.telephony.v1.SmsReceived',
      source: 'telephony',
      workspaceId,
      occurredAt: new Date(),
      bytes: new Uint8Array(),
      trace: { correlationId: '', causationId: '', operation: undefined, actor: { kind: 'system' } },
    },
  });
}

async function subscribe(hub: EventHub, limits = { events: 10, bytes: 100_000 }) {
  const ends: string[] = [];
  const subscription = new Subscription({
    caller: await Caller.establish(
      { authenticator, charges: { guessed: () => undefined } },
      'Bearer sb_live_a_b',
      '::1',
    ),
    hub,
    limits,
    types: undefined,
    accepts: () => true,
    tell: async ({ place }) => ({ data: place }),
    missed: { extensions: { resync: true } },
    resume: undefined,
    ended: (reason) => ends.push(reason),
  });
  return { subscription, ends };
}

describe('a subscription', () => {
  it('tells each place once, and that events were lost when they were', async () => {
    const hub = new EventHub();
    const { subscription } = await subscribe(hub);
    hub.dispatch(event(1));
    hub.dispatch(event(1));
    hub.dispatch(event(2, 'wsp_2'));
    hub.dispatch(event(3));
    expect((await subscription.next()).value).toEqual({ data: 1 });
    expect((await subscription.next()).value).toEqual({ data: 3 });
    const next = subscription.next();
    hub.gap();
    expect((await next).value).toEqual({ extensions: { resync: true } });
    await subscription.return();
    expect(await subscription.next()).toMatchObject({ done: true });
    expect(hub.size).toBe(0);
  });

  it.each([
    ['events', { events: 2, bytes: 100_000 }],
    ['bytes', { events: 100, bytes: 1_100 }],
  ])('ends when too many %s wait, and leaves the hub', async (_name, limits) => {
    const hub = new EventHub();
    const { subscription, ends } = await subscribe(hub, limits);
    for (const place of [1, 2, 3]) hub.dispatch(event(place));
    expect(ends).toEqual(['TOO_SLOW']);
    expect(hub.size).toBe(0);
    await expect(subscription.next()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });
});

it('a turnstile lets so many in at a time, and everybody in the end, failures too', async () => {
  const turnstile = new Turnstile(2);
  const inside: (() => void)[] = [];
  const visits = [1, 2, 3, 4].map((visitor) =>
    turnstile.pass(async () => {
      await new Promise<void>((resolve) => inside.push(resolve));
      if (visitor === 1) throw new Error('fell');
      return visitor;
    }),
  );
  const settled = Promise.allSettled(visits);
  expect(inside).toHaveLength(2);
  for (let left = 4; left > 0; left -= 1) {
    inside.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(inside.length).toBeLessThanOrEqual(2);
  }
  expect((await settled).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});
