import sendgridClient from '@sendgrid/client';
import { EventWebhook, EventWebhookHeader } from '@sendgrid/eventwebhook';
import sendgridMail from '@sendgrid/mail';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendgridAccount } from '../src/accounts.ts';
import type { Mail } from '../src/mailbox/mailbox.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { control } from './control.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';

let sandbox: Sandbox;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox({ publicUrl: receiver.url, stepDelayMs: 2, callbackRetryMs: [5] });
});

afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

/** The SDK exports one client; each call points it anew. The key comes first, as setting it resets the address. */
function clientFor(apiKey: string) {
  sendgridClient.setApiKey(apiKey);
  sendgridClient.setDefaultRequest('baseUrl', `${sandbox.url}/sendgrid`);
  return sendgridClient;
}

function mailService(apiKey: string = sendgridAccount.apiKey) {
  sendgridMail.setClient(clientFor(apiKey));
  return sendgridMail;
}

const mail = {
  to: 'jane@example.com',
  from: { email: 'news@example.org', name: 'News' },
  subject: 'Hello',
  text: 'Plain',
  html: '<p>Rich</p>',
};

type Event = Record<string, unknown>;
const eventsOf = (received: Received[]): Event[] =>
  received.flatMap(({ body }) => JSON.parse(body) as Event[]);

async function waitForEvent(fits: (event: Event) => boolean): Promise<Event> {
  await expect.poll(() => eventsOf(receiver.received).some(fits)).toBe(true);
  const event = eventsOf(receiver.received).find(fits);
  if (!event) throw new Error('the event is gone');
  return event;
}

const mailsTo = async (to: string) =>
  (await control<{ mails: Mail[] }>(sandbox.url, 'GET', `/mailbox?to=${encodeURIComponent(to)}`)).mails;

describe('sending with the SDK', () => {
  it('accepts a mail, shows it in the mailbox and reports it in signed events', async () => {
    const [response] = await mailService().send({
      ...mail,
      customArgs: { messageId: 'msg_1', event: 'never' },
      categories: ['greeting'],
      attachments: [
        { content: Buffer.from('data').toString('base64'), filename: 'a.txt', type: 'text/plain' },
      ],
    });
    expect(response.statusCode).toBe(202);
    const messageId = String(response.headers['x-message-id']);

    const delivered = await waitForEvent(({ event }) => event === 'delivered');
    const processed = await waitForEvent(({ event }) => event === 'processed');
    expect(delivered).toMatchObject({
      email: 'jane@example.com',
      messageId: 'msg_1',
      category: ['greeting'],
    });
    expect(String(delivered.sg_message_id).startsWith(`${messageId}.`)).toBe(true);
    expect(delivered.sg_event_id).not.toBe(processed.sg_event_id);

    const verifier = new EventWebhook();
    const key = verifier.convertPublicKeyToECDSA(sendgridAccount.webhookPublicKey);
    for (const { path, headers, body } of receiver.received) {
      expect(path).toBe('/webhooks/sendgrid/sandbox');
      const signature = String(headers[EventWebhookHeader.SIGNATURE().toLowerCase()]);
      const timestamp = String(headers[EventWebhookHeader.TIMESTAMP().toLowerCase()]);
      expect(verifier.verifySignature(key, body, signature, timestamp)).toBe(true);
    }

    const [shown] = await mailsTo('Jane@example.com');
    expect(shown).toMatchObject({
      via: 'sendgrid',
      messageId,
      from: { address: 'news@example.org', name: 'News' },
      text: 'Plain',
      html: '<p>Rich</p>',
      attachments: [{ filename: 'a.txt', bytes: 4 }],
    });
    const whole = await control<Mail>(sandbox.url, 'GET', `/mailbox/${shown?.id}`);
    expect(Buffer.from(whole.attachments[0]?.contentBase64 ?? '', 'base64').toString()).toBe('data');
  });

  it.each([
    ['no receiver', { ...mail, to: [] }, 'personalizations.0.to'],
    ['a bad receiver', { ...mail, to: 'nobody' }, 'personalizations.0.to.0.email'],
    ['the same receiver twice', { ...mail, cc: 'Jane@example.com' }, 'personalizations.0'],
    ['no subject', { ...mail, subject: '' }, 'subject'],
    [
      'a bad attachment',
      { ...mail, attachments: [{ content: '%%%', filename: 'a' }] },
      'attachments.0.content',
    ],
    ['a reserved header', { ...mail, headers: { Subject: 'x' } }, 'headers'],
    ['a date too far away', { ...mail, sendAt: Math.floor(Date.now() / 1_000) + 80 * 3_600 }, 'send_at'],
  ])('refuses %s, naming the field', async (_name, message, field) => {
    await expect(mailService().send(message)).rejects.toMatchObject({ code: 400 });
    const { requests } = await control<{ requests: { answer: { errors: { field: string }[] } }[] }>(
      sandbox.url,
      'GET',
      '/requests?vendor=sendgrid',
    );
    expect(requests[0]?.answer.errors.map((error) => error.field)).toContain(field);
  });

  it('refuses a key it does not know', async () => {
    await expect(mailService('SG.unknown.key').send(mail)).rejects.toMatchObject({ code: 401 });
    await expect(
      clientFor('SG.unknown.key').request({ method: 'GET', url: '/v3/scopes' }),
    ).rejects.toMatchObject({
      code: 401,
    });
  });

  it('tells what the key may do', async () => {
    const [response, body] = await clientFor(sendgridAccount.apiKey).request({
      method: 'GET',
      url: '/v3/scopes',
    });
    expect(response.statusCode).toBe(200);
    expect((body as { scopes: string[] }).scopes).toContain('mail.send');
  });
});

describe('what becomes of mail', () => {
  it('bounces the first and drops the next until the bounce is removed', async () => {
    const to = 'someone@bounce.test';
    await mailService().send({ ...mail, to });
    expect(await waitForEvent(({ event }) => event === 'bounce')).toMatchObject({
      email: to,
      type: 'bounce',
    });
    await mailService().send({ ...mail, to });
    expect(await waitForEvent(({ event }) => event === 'dropped')).toMatchObject({
      reason: 'Bounced Address',
    });
    const [removed] = await clientFor(sendgridAccount.apiKey).request({
      method: 'DELETE',
      url: `/v3/suppression/bounces/${to}`,
    });
    expect(removed.statusCode).toBe(204);
  });

  it('reports opens, clicks and complaints when they are simulated', async () => {
    const [response] = await mailService().send(mail);
    const messageId = String(response.headers['x-message-id']);
    const simulate = (body: object) => control(sandbox.url, 'POST', '/simulate/sendgrid/event', body);
    await simulate({ messageId, event: 'open' });
    await simulate({ email: 'jane@example.com', event: 'click', url: 'https://example.com/x' });
    await simulate({ messageId, event: 'spamreport' });
    await waitForEvent(({ event }) => event === 'open');
    expect(await waitForEvent(({ event }) => event === 'click')).toMatchObject({
      url: 'https://example.com/x',
    });
    await waitForEvent(({ event }) => event === 'spamreport');
    await mailService().send(mail);
    expect(await waitForEvent(({ event }) => event === 'dropped')).toMatchObject({
      reason: 'Spam Reporting Address',
    });
  });

  it("signs another account's events with that account's key", async () => {
    const account = await control<{
      account: string;
      credentials: { apiKey: string; webhookPublicKey: string };
    }>(sandbox.url, 'POST', '/accounts', { vendor: 'sendgrid' });
    const registered = await control<{ secret: { webhookPublicKey: string } }>(
      sandbox.url,
      'POST',
      '/webhooks',
      {
        vendor: 'sendgrid',
        account: account.account,
        url: `${receiver.url}/other`,
      },
    );
    expect(registered.secret.webhookPublicKey).toBe(account.credentials.webhookPublicKey);
    await mailService(account.credentials.apiKey).send(mail);
    const [callback] = await receiver.waitFor(1, ({ path }) => path === '/other');
    const verifier = new EventWebhook();
    const verified = (publicKey: string) =>
      verifier.verifySignature(
        verifier.convertPublicKeyToECDSA(publicKey),
        callback?.body ?? '',
        String(callback?.headers['x-twilio-email-event-webhook-signature']),
        String(callback?.headers['x-twilio-email-event-webhook-timestamp']),
      );
    expect(verified(account.credentials.webhookPublicKey)).toBe(true);
    expect(verified(sendgridAccount.webhookPublicKey)).toBe(false);
  });
});
