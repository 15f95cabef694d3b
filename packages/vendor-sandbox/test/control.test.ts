import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { twilioAccount } from '../src/accounts.ts';
import type { CallbackRecord } from '../src/callbacks/callback-sender.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import type { RequestRecord } from '../src/traffic/request-log.ts';
import { control } from './control.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { twilioClient } from './twilio-client.ts';

const message = { to: '+14155551234', from: twilioAccount.phoneNumber, body: 'Hello' };

let sandbox: Sandbox;
let receiver: Receiver;
let client: ReturnType<typeof twilioClient>;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox({ publicUrl: receiver.url, stepDelayMs: 2, callbackRetryMs: [5, 5] });
  client = twilioClient(sandbox.url, twilioAccount);
});

afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const requests = async () =>
  (await control<{ requests: RequestRecord[] }>(sandbox.url, 'GET', '/requests?vendor=twilio')).requests;
const callbacks = async () =>
  (await control<{ callbacks: CallbackRecord[] }>(sandbox.url, 'GET', '/callbacks?vendor=twilio')).callbacks;

describe('the request log', () => {
  it('shows what was received, without credentials, and whether it had an effect', async () => {
    await client.messages.create(message);
    await client.messages.create({ ...message, to: 'nobody' }).catch(() => undefined);
    const [refused, accepted] = await requests();
    expect(accepted).toMatchObject({
      method: 'POST',
      path: `/twilio/2010-04-01/Accounts/${twilioAccount.accountSid}/Messages.json`,
      body: { Body: 'Hello' },
      status: 201,
      effect: true,
    });
    expect(accepted?.headers.authorization).toBe('Basic ****');
    expect(refused).toMatchObject({ status: 400, effect: false, answer: { code: 21211 } });
  });
});

describe('faults on requests', () => {
  const fault = (body: object) => control(sandbox.url, 'POST', '/faults', { vendor: 'twilio', ...body });

  it('answers with the status in the words of the vendor, as many times as told, without effect', async () => {
    await fault({ match: 'POST .*/Messages\\.json$', status: 429, times: 1 });
    expect(await client.messages.list()).toHaveLength(0);
    await expect(client.messages.create(message)).rejects.toMatchObject({ status: 429, code: 20429 });
    await client.messages.create(message);
    expect((await requests()).map(({ status, effect }) => [status, effect])).toEqual([
      [201, true],
      [429, false],
      [200, false],
    ]);
  });

  it('does the work and cuts the connection', async () => {
    await fault({ match: 'Messages', dropResponseAfterEffect: true });
    await expect(client.messages.create(message)).rejects.toThrow();
    expect(await client.messages.list()).toHaveLength(1);
    expect((await requests()).at(-1)).toMatchObject({ effect: true, dropped: true, status: null });
  });

  it('holds the answer back after the work is done', async () => {
    await fault({ match: 'POST', delayMs: 300 });
    const answer = client.messages.create(message);
    await expect.poll(async () => (await client.messages.list()).length).toBe(1);
    expect(
      (await requests()).some(({ durationMs, method }) => method === 'POST' && durationMs === null),
    ).toBe(true);
    await answer;
  });

  it.each([
    [{ vendor: 'acme', status: 500 }, 'vendor'],
    [{ vendor: 'twilio' }, 'does nothing'],
    [{ vendor: 'twilio', status: 200 }, 'status'],
    [{ vendor: 'twilio', status: 500, match: '(' }, 'regular expression'],
    [{ vendor: 'twilio', status: 500, wrong: 1 }, 'wrong'],
    [{ vendor: 'twilio', status: 500, dropResponseAfterEffect: true }, 'exclude'],
  ])('refuses %j', async (body, words) => {
    const { error } = await control<{ error: { message: string } }>(
      sandbox.url,
      'POST',
      '/faults',
      body,
      400,
    );
    expect(error.message).toContain(words);
  });

  it('is over when faults are removed', async () => {
    await fault({ status: 500, times: 100 });
    expect(await control(sandbox.url, 'DELETE', '/faults')).toEqual({ removed: 1 });
    await client.messages.create(message);
  });
});

describe('faults on callbacks', () => {
  const send = () => client.messages.create({ ...message, statusCallback: `${receiver.url}/status` });

  it('sends copies', async () => {
    await control(sandbox.url, 'POST', '/faults', { vendor: 'twilio', duplicateCallbacks: 2 });
    await send();
    await receiver.waitFor(9);
    expect((await callbacks()).filter(({ duplicate }) => duplicate)).toHaveLength(6);
  });

  it('reverses the order', async () => {
    await control(sandbox.url, 'POST', '/faults', { vendor: 'twilio', shuffleCallbacks: true });
    await send();
    const arrived = await receiver.waitFor(3);
    expect(arrived.map(({ body }) => new URLSearchParams(body).get('MessageStatus'))).toEqual([
      'delivered',
      'sent',
      'queued',
    ]);
  });

  it('spoils signatures', async () => {
    await control(sandbox.url, 'POST', '/faults', { vendor: 'twilio', badSignature: true, times: 3 });
    await send();
    for (const { headers, body } of await receiver.waitFor(3)) {
      const signature = String(headers['x-twilio-signature']);
      const parameters = Object.fromEntries(new URLSearchParams(body));
      expect(signature).toMatch(/^[A-Za-z0-9+/]{27}=$/);
      expect(
        twilio.validateRequest(twilioAccount.authToken, signature, `${receiver.url}/status`, parameters),
      ).toBe(false);
    }
  });
});

describe('callbacks', () => {
  it('are tried again after 5xx, and give up after the last pause', async () => {
    receiver.nextStatuses.push(500, 503, 500, 500, 200);
    await control(sandbox.url, 'POST', '/simulate/twilio/incoming-sms', {
      from: message.to,
      to: message.from,
      body: 'one',
    });
    await expect.poll(async () => (await callbacks())[0]?.state).toBe('FAILED');
    expect((await callbacks())[0]?.attempts.map(({ status }) => status)).toEqual([500, 503, 500]);
    await control(sandbox.url, 'POST', '/simulate/twilio/incoming-sms', {
      from: message.to,
      to: message.from,
      body: 'two',
    });
    await expect.poll(async () => (await callbacks())[0]?.state).toBe('DELIVERED');
  });
});

describe('the rest of the control API', () => {
  it('names what it cannot do', async () => {
    const refusal = async (path: string, body: unknown, status: number) =>
      (await control<{ error: { message: string } }>(sandbox.url, 'POST', path, body, status)).error.message;
    expect(await refusal('/simulate/acme/anything', {}, 400)).toContain('no vendor acme');
    expect(await refusal('/simulate/twilio/anything', {}, 400)).toContain('incoming-sms');
    expect(await refusal('/simulate/twilio/status', { messageSid: 'SM1', status: 'sent' }, 404)).toContain(
      'SM1',
    );
    expect(await refusal('/webhooks', { vendor: 'twilio', url: 'ftp://x' }, 400)).toContain('url');
    expect(await refusal('/nowhere', {}, 404)).toContain('/nowhere');
  });

  it('resets to the seeded state', async () => {
    await client.messages.create(message);
    await control(sandbox.url, 'POST', '/reset');
    expect(await requests()).toEqual([]);
    expect(await client.messages.list()).toHaveLength(0);
  });

  it('is alive and ready', async () => {
    expect((await fetch(`${sandbox.url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${sandbox.url}/health/ready`)).json()).toMatchObject({ status: 'ready' });
  });
});
