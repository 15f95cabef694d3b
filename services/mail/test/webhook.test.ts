import { generateKeyPairSync, sign } from 'node:crypto';
import { newId } from '@switchboard/ids';
import { platformConnectionId, testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { House } from './house.ts';

let house: House;
// An account of a customer's own, whose key these tests hold.
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const webhookPublicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const own = testActor();
let connectionId: string;

beforeAll(async () => {
  house = await House.start();
  connectionId = connect(own.workspaceId);
});
afterAll(() => house.stop());

function connect(workspaceId: string): string {
  const secrets = { apiKey: sandboxAccounts.sendgrid.apiKey, webhookPublicKey };
  return house.inner.auth.connect({ vendor: 'sendgrid', workspaceId, userId: '', secrets });
}

interface Post {
  readonly ageS?: number;
  readonly signature?: (right: string) => string;
  readonly bodySent?: (right: string) => string;
  readonly to?: string;
}

/** Posts a batch as SendGrid does: one event to a line, a line break at the end, all of it signed. */
async function post(events: readonly object[], options: Post = {}): Promise<number> {
  const body = `[${events.map((event) => JSON.stringify(event)).join(',\r\n')}]\r\n`;
  const timestamp = String(Math.floor(Date.now() / 1_000) - (options.ageS ?? 0));
  const right = sign('sha256', Buffer.from(timestamp + body), privateKey).toString('base64');
  const response = await fetch(`${house.url}/webhooks/sendgrid/${options.to ?? connectionId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-twilio-email-event-webhook-signature': options.signature?.(right) ?? right,
      'x-twilio-email-event-webhook-timestamp': timestamp,
    },
    body: options.bodySent?.(body) ?? body,
  });
  return response.status;
}

function event(messageId: string, kind: string, more: Record<string, unknown> = {}) {
  return {
    switchboard_message_id: messageId,
    email: 'ana@example.com',
    timestamp: Math.floor(Date.now() / 1_000),
    event: kind,
    sg_event_id: newId('sge'),
    sg_message_id: 'abc.recvd-1',
    ...more,
  };
}

async function sent(): Promise<string> {
  const { id } = await house.sent(own, { to: ['ana@example.com'] });
  await waitFor('the vendor', async () => (await house.read(own, id))?.status === 'SENT');
  return id;
}

async function kindsOf(id: string): Promise<string[]> {
  return (await house.read(own, id))?.timeline.map(({ kind }) => kind) ?? [];
}

describe('events of SendGrid', () => {
  it('with a wrong signature, changed, old or of the future are refused and change nothing', async () => {
    const id = await sent();
    const delivered = [event(id, 'delivered')];
    expect(await post(delivered, { ageS: 301 })).toBe(400);
    expect(await post(delivered, { ageS: -301 })).toBe(400);
    expect(await post(delivered, { signature: () => '' })).toBe(400);
    expect(await post(delivered, { signature: () => 'Zm9yZ2Vk' })).toBe(400);
    expect(await post(delivered, { bodySent: (body) => `${body} ` })).toBe(400);
    expect(await post(delivered, { bodySent: (body) => body.trimEnd() })).toBe(400);
    // Signed by a customer's key, sent to the platform's address.
    expect(await post(delivered, { to: 'platform' })).toBe(400);
    expect(await post(delivered, { to: newId('con') })).toBe(404);
    expect((await house.read(own, id))?.status).toBe('SENT');
    expect(await kindsOf(id)).toEqual(['QUEUED', 'SENT']);
    expect(await post(delivered, { ageS: 295 })).toBe(204);
    await waitFor('delivery', async () => (await house.read(own, id))?.status === 'DELIVERED');
  });

  it('are applied once each, however batches repeat and overlap', async () => {
    const id = await sent();
    const [delivered, opened] = [event(id, 'delivered'), event(id, 'open')];
    for (const batch of [[delivered, delivered], [delivered], [delivered, opened], [opened, delivered]]) {
      expect(await post(batch)).toBe(204);
    }
    await waitFor('all', async () => (await kindsOf(id)).includes('OPENED'));
    const last = event(id, 'click', { url: 'https://example.com/' });
    await post([opened, last]);
    await waitFor('the last', async () => (await kindsOf(id)).includes('CLICKED'));
    expect((await kindsOf(id)).sort()).toEqual(['CLICKED', 'DELIVERED', 'OPENED', 'QUEUED', 'SENT']);
  });

  it('only move a mail forward, and a soft bounce suppresses nobody', async () => {
    const id = await sent();
    const bounced = event(id, 'bounce', { type: 'blocked', status: '4.7.1', reason: 'try later' });
    await post([bounced, event(id, 'delivered'), event(id, 'processed'), event(id, 'something_new')]);
    const message = await waitFor('the batch', async () => {
      const read = await house.read(own, id);
      const kinds = read?.timeline.map(({ kind }) => kind) ?? [];
      return kinds.includes('DELIVERED') && kinds.includes('BOUNCED') && read;
    });
    expect(message).toMatchObject({ status: 'BOUNCED', errorCode: '4.7.1' });
    expect((await house.send(own, { to: ['ana@example.com'] })).data?.mailSend.userErrors).toEqual([]);
  });

  it('of one connection say nothing about mails of another, even signed', async () => {
    const neighbour = testActor();
    const { id, provider } = await house.sent(neighbour, {
      to: ['ana@example.com'],
      accountId: platformConnectionId('sendgrid'),
    });
    expect(provider).toBe('sendgrid');
    await waitFor('delivery', async () => (await house.read(neighbour, id))?.status === 'DELIVERED');
    const mine = await sent();
    expect(await post([event(id, 'spamreport'), event(mine, 'delivered')])).toBe(204);
    await waitFor('my own', async () => (await house.read(own, mine))?.status === 'DELIVERED');
    expect((await house.read(neighbour, id))?.status).toBe('DELIVERED');
  });

  it('that make no sense are accepted and ignored, with the good ones beside them applied', async () => {
    const id = await sent();
    const odd = [
      {},
      { event: 'delivered' },
      event(newId('msg'), 'delivered'),
      { ...event(id, 'open'), timestamp: 'x' },
    ];
    expect(await post([...odd, event(id, 'delivered')])).toBe(204);
    await waitFor('delivery', async () => (await house.read(own, id))?.status === 'DELIVERED');
    expect(await kindsOf(id)).not.toContain('OPENED');
  });
});
