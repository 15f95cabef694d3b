import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { twilioAccount } from '../src/accounts.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { control } from './control.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { twilioClient } from './twilio-client.ts';

const [ownNumber, otherNumber] = twilioAccount.phoneNumbers;
const peer = '+14155551234';

let sandbox: Sandbox;
let receiver: Receiver;
let client: ReturnType<typeof twilioClient>;
let twiml = '';

beforeEach(async () => {
  twiml = '';
  receiver = await startReceiver(() => twiml);
  sandbox = await startSandbox({ publicUrl: receiver.url, stepDelayMs: 2, callbackRetryMs: [5, 5] });
  client = twilioClient(sandbox.url, twilioAccount);
});

afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const parametersOf = (body: string) => Object.fromEntries(new URLSearchParams(body));
const isSigned = (url: string, { headers, body }: { headers: Record<string, unknown>; body: string }) =>
  twilio.validateRequest(
    twilioAccount.authToken,
    String(headers['x-twilio-signature']),
    url,
    parametersOf(body),
  );

describe('sending with the SDK', () => {
  it('queues, sends and delivers, with a signed callback for each status', async () => {
    const statusCallback = `${receiver.url}/status?x=1`;
    const message = await client.messages.create({
      to: peer,
      from: ownNumber,
      body: 'Hello',
      statusCallback,
    });
    expect(message).toMatchObject({ status: 'queued', to: peer, from: ownNumber, numSegments: '1' });

    const callbacks = await receiver.waitFor(3);
    expect(callbacks.map(({ body }) => parametersOf(body).MessageStatus).sort()).toEqual([
      'delivered',
      'queued',
      'sent',
    ]);
    for (const callback of callbacks) expect(isSigned(statusCallback, callback)).toBe(true);
    expect((await client.messages(message.sid).fetch()).status).toBe('delivered');
  });

  it.each([
    ['no receiver', { to: '', from: ownNumber, body: 'x' }, 21604],
    ['an invalid receiver', { to: '+15005550001', from: ownNumber, body: 'x' }, 21211],
    ['a receiver that is no number', { to: 'somebody', from: ownNumber, body: 'x' }, 21211],
    ['an invalid sender', { to: peer, from: '+15005550001', body: 'x' }, 21212],
    ["somebody else's sender", { to: peer, from: '+15005550007', body: 'x' }, 21606],
    ['a region without permission', { to: '+15005550003', from: ownNumber, body: 'x' }, 21408],
    ['a blocked receiver', { to: '+15005550004', from: ownNumber, body: 'x' }, 21610],
    ['a receiver that cannot be routed', { to: '+15005550002', from: ownNumber, body: 'x' }, 21612],
    ['a landline', { to: '+15005550009', from: ownNumber, body: 'x' }, 21614],
    ['a full queue', { to: peer, from: '+15005550008', body: 'x' }, 21611],
    ['no body', { to: peer, from: ownNumber, body: '' }, 21602],
    ['a body over 1,600 characters', { to: peer, from: ownNumber, body: 'x'.repeat(1_601) }, 21617],
    ['a bad callback', { to: peer, from: ownNumber, body: 'x', statusCallback: 'nowhere' }, 21609],
    ['two channels', { to: `whatsapp:${peer}`, from: ownNumber, body: 'x' }, 21910],
  ])('refuses %s', async (_name, message, code) => {
    await expect(client.messages.create(message)).rejects.toMatchObject({ status: 400, code });
  });

  it('refuses a wrong token with 20003 and an unknown message with 20404', async () => {
    const stranger = twilioClient(sandbox.url, { ...twilioAccount, authToken: 'wrong' });
    await expect(stranger.messages.list()).rejects.toMatchObject({ status: 401, code: 20003 });
    await expect(client.messages(`SM${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });
  });

  it('pages through messages without repeating any when new ones arrive', async () => {
    for (let index = 0; index < 5; index += 1) {
      await client.messages.create({ to: peer, from: ownNumber, body: `number ${index}` });
    }
    const first = await client.messages.page({ pageSize: 2 });
    await client.messages.create({ to: peer, from: ownNumber, body: 'late' });
    const second = await first.nextPage();
    expect([...first.instances, ...(second?.instances ?? [])].map(({ body }) => body)).toEqual([
      'number 4',
      'number 3',
      'number 2',
      'number 1',
    ]);
    expect(await client.messages.list({ to: peer, pageSize: 2 })).toHaveLength(6);
    expect(await client.messages.list({ to: otherNumber })).toHaveLength(0);
  });
});

describe('numbers and account', () => {
  it('lists the two owned numbers and lets their addresses be set', async () => {
    const numbers = await client.incomingPhoneNumbers.list();
    expect(numbers.map(({ phoneNumber }) => phoneNumber)).toEqual([ownNumber, otherNumber]);
    const smsUrl = `${receiver.url}/mine`;
    const updated = await client.incomingPhoneNumbers(numbers[0]?.sid ?? '').update({ smsUrl });
    expect(updated.smsUrl).toBe(smsUrl);
    await expect(
      client.incomingPhoneNumbers(numbers[0]?.sid ?? '').update({ smsUrl: 'nowhere' }),
    ).rejects.toMatchObject({ code: 21402 });
  });

  it('shows the account to whoever holds its token', async () => {
    const account = await client.api.v2010.accounts(twilioAccount.accountSid).fetch();
    expect(account).toMatchObject({ sid: twilioAccount.accountSid, status: 'active' });
  });

  it('keeps accounts apart', async () => {
    const { credentials } = await control<{
      credentials: { accountSid: string; authToken: string; phoneNumber: string };
    }>(sandbox.url, 'POST', '/accounts', { vendor: 'twilio' });
    const other = twilioClient(sandbox.url, credentials);
    await other.messages.create({ to: peer, from: credentials.phoneNumber, body: 'mine' });
    expect(await client.messages.list()).toHaveLength(0);
    await expect(other.messages.create({ to: peer, from: ownNumber, body: 'x' })).rejects.toMatchObject({
      code: 21606,
    });
  });
});

describe('the outside world', () => {
  const incoming = (body: string) =>
    control(sandbox.url, 'POST', '/simulate/twilio/incoming-sms', { from: peer, to: ownNumber, body });

  it("brings an incoming SMS to the number's address, signed, and sends the TwiML reply", async () => {
    twiml = '<Response><Message>You said &lt;hi&gt;</Message></Response>';
    await incoming('hi');
    const [callback] = await receiver.waitFor(1);
    expect(callback?.path).toBe('/webhooks/twilio/sandbox');
    expect(callback && isSigned(`${receiver.url}/webhooks/twilio/sandbox`, callback)).toBe(true);
    await expect
      .poll(async () => (await client.messages.list({ from: ownNumber }))[0]?.body)
      .toBe('You said <hi>');
  });

  it('blocks after STOP with 21610 until START', async () => {
    await incoming(' stop ');
    await expect(client.messages.create({ to: peer, from: ownNumber, body: 'x' })).rejects.toMatchObject({
      status: 400,
      code: 21610,
    });
    await client.messages.create({ to: peer, from: otherNumber, body: 'from another number' });
    await incoming('START');
    await client.messages.create({ to: peer, from: ownNumber, body: 'again' });
    const callbacks = await receiver.waitFor(2);
    expect(callbacks.map(({ body }) => parametersOf(body).OptOutType)).toEqual(['STOP', 'START']);
  });

  it('lets a receiver be out of reach', async () => {
    await control(sandbox.url, 'POST', '/simulate/twilio/outcome', {
      to: peer,
      status: 'undelivered',
      errorCode: 30003,
    });
    const statusCallback = `${receiver.url}/status`;
    const { sid } = await client.messages.create({ to: peer, from: ownNumber, body: 'x', statusCallback });
    await receiver.waitFor(1, ({ body }) => parametersOf(body).ErrorCode === '30003');
    expect(await client.messages(sid).fetch()).toMatchObject({ status: 'undelivered', errorCode: 30003 });
  });

  it('reports a status that was set from outside', async () => {
    const statusCallback = `${receiver.url}/status`;
    const { sid } = await client.messages.create({ to: peer, from: ownNumber, body: 'x', statusCallback });
    await control(sandbox.url, 'POST', '/simulate/twilio/status', {
      messageSid: sid,
      status: 'failed',
      errorCode: 30008,
    });
    await receiver.waitFor(1, ({ body }) => parametersOf(body).MessageStatus === 'failed');
    expect((await client.messages(sid).fetch()).status).toBe('failed');
  });
});
