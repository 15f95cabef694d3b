import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { twilioAccount } from '../src/accounts.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { control } from './control.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';
import { twilioClient } from './twilio-client.ts';

const [ownNumber] = twilioAccount.phoneNumbers;
const peer = '+14155551234';
const hello = '<Response><Say>Hello there, how are you today?</Say></Response>';

let sandbox: Sandbox;
let receiver: Receiver;
let client: ReturnType<typeof twilioClient>;
let answer: (received: Received) => string;

beforeEach(async () => {
  answer = () => '';
  receiver = await startReceiver((received) => answer(received));
  sandbox = await startSandbox({ publicUrl: receiver.url, stepDelayMs: 2, callbackRetryMs: [5, 5] });
  client = twilioClient(sandbox.url, twilioAccount);
});

afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const parametersOf = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body));
const isSigned = (received: Received) =>
  twilio.validateRequest(
    twilioAccount.authToken,
    String(received.headers['x-twilio-signature']),
    `${receiver.url}${received.path}`,
    parametersOf(received),
  );
const statusesOf = (callbacks: readonly Received[]) =>
  callbacks
    .map(parametersOf)
    .sort((a, b) => Number(a.SequenceNumber) - Number(b.SequenceNumber))
    .map(({ CallStatus }) => CallStatus);

function place(more: Partial<Parameters<typeof client.calls.create>[0]> = {}) {
  const { statusCallback = `${receiver.url}/status?x=1`, to = peer, from = ownNumber } = more;
  return client.calls.create({
    twiml: hello,
    statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
    ...more,
    to,
    from,
    statusCallback,
  });
}

describe('placing calls with the SDK', () => {
  it('goes from queued to completed, with a signed callback for each event asked for', async () => {
    const call = await place();
    expect(call).toMatchObject({ status: 'queued', direction: 'outbound-api', to: peer, from: ownNumber });
    const callbacks = await receiver.waitFor(4);
    expect(statusesOf(callbacks)).toEqual(['initiated', 'ringing', 'in-progress', 'completed']);
    for (const callback of callbacks) expect(isSigned(callback)).toBe(true);
    const ended = callbacks.map(parametersOf).find(({ CallStatus }) => CallStatus === 'completed');
    // Six words at two and a half a second.
    expect(ended).toMatchObject({
      CallSid: call.sid,
      CallDuration: '3',
      Duration: '1',
      Direction: 'outbound-api',
    });
    expect(await client.calls(call.sid).fetch()).toMatchObject({ status: 'completed', duration: '3' });
    expect(await client.calls.list({ to: peer, status: 'completed' })).toHaveLength(1);
    expect(await client.calls.list({ to: '+14155559999' })).toHaveLength(0);
  });

  it('tells of the end alone where nothing else is asked for, and of the recording', async () => {
    const { sid } = await client.calls.create({
      to: peer,
      from: ownNumber,
      twiml: hello,
      record: true,
      statusCallback: `${receiver.url}/status`,
      recordingStatusCallback: `${receiver.url}/recording`,
    });
    const callbacks = await receiver.waitFor(2);
    const by = (path: string) => callbacks.filter((callback) => callback.path === path).map(parametersOf);
    expect(by('/status')).toMatchObject([{ CallSid: sid, CallStatus: 'completed' }]);
    expect(by('/recording')).toMatchObject([
      { CallSid: sid, RecordingStatus: 'completed', RecordingDuration: '3', RecordingSource: 'OutboundAPI' },
    ]);
  });

  it.each([
    ['a busy number', '+15005550010', ['initiated', 'ringing', 'busy']],
    ['nobody there', '+15005550011', ['initiated', 'ringing', 'no-answer']],
    ['a call that cannot be put through', '+15005550012', ['initiated', 'failed']],
  ])('%s', async (_name, to, statuses) => {
    const { sid } = await place({ to });
    expect(statusesOf(await receiver.waitFor(statuses.length))).toEqual(statuses);
    expect(await client.calls(sid).fetch()).toMatchObject({ status: statuses.at(-1), duration: null });
  });

  it('refuses what Twilio refuses, with its codes', async () => {
    const refused = [
      ['no receiver', { to: '' }, 21201],
      ['no caller', { from: '' }, 21213],
      ['a receiver that is no number', { to: 'somebody' }, 21211],
      ['an invalid receiver', { to: '+15005550001' }, 21217],
      ['a receiver that cannot be reached', { to: '+15005550002' }, 21214],
      ['a region without permission', { to: '+15005550003' }, 21215],
      ['a blocked receiver', { to: '+15005550004' }, 21216],
      ['an invalid caller', { from: '+15005550001' }, 21212],
      ["somebody else's number", { from: '+15005550007' }, 21210],
      ['neither TwiML nor an address', { twiml: '' }, 21205],
      ['an address that is none', { twiml: '', url: 'nowhere' }, 21205],
      ['an unknown application', { applicationSid: `AP${'0'.repeat(32)}` }, 21218],
      [
        'TwiML of more than 4,000 characters',
        { twiml: `<Response><Say>${'x'.repeat(4_000)}</Say></Response>` },
        21200,
      ],
      ['a bad callback', { statusCallback: 'nowhere' }, 21609],
    ] as const;
    for (const [what, more, code] of refused) {
      await expect(place(more), what).rejects.toMatchObject({ status: 400, code });
    }
  });

  it('ends a call in progress, cancels one that rings, and refuses to end one twice', async () => {
    const outcome = (outcome: string) =>
      control(sandbox.url, 'POST', '/simulate/twilio/call-outcome', { to: peer, outcome });
    await outcome('in-progress');
    const talking = await place();
    await receiver.waitFor(3);
    await client.calls(talking.sid).update({ status: 'canceled' });
    expect((await client.calls(talking.sid).fetch()).status).toBe('in-progress');
    expect((await client.calls(talking.sid).update({ status: 'completed' })).status).toBe('completed');
    await expect(client.calls(talking.sid).update({ status: 'completed' })).rejects.toMatchObject({
      code: 21220,
    });
    await outcome('ringing');
    const ringing = await place();
    await receiver.waitFor(2, (one) => parametersOf(one).CallStatus === 'ringing');
    expect((await client.calls(ringing.sid).update({ status: 'completed' })).status).toBe('canceled');
    await expect(client.calls(`CA${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({ code: 20404 });
  });

  it('fails when its TwiML cannot be read', async () => {
    const { sid } = await place({ twiml: '<Response><Say>Hello</Response>' });
    await receiver.waitFor(1, (one) => parametersOf(one).CallStatus === 'failed');
    expect((await client.calls(sid).fetch()).status).toBe('failed');
  });
});

describe('somebody calls', () => {
  const incoming = () =>
    control<{ sid: string }>(sandbox.url, 'POST', '/simulate/twilio/incoming-call', {
      from: peer,
      to: ownNumber,
    });
  async function answerAt(voicePath: string, statusPath = '/ended'): Promise<void> {
    const [number] = await client.incomingPhoneNumbers.list();
    await client.incomingPhoneNumbers(number?.sid ?? '').update({
      voiceUrl: `${receiver.url}${voicePath}`,
      statusCallback: `${receiver.url}${statusPath}`,
    });
  }

  it('leaves a recording as the TwiML of the voice address says, and hangs up', async () => {
    await answerAt('/voice?x=1');
    answer = ({ path }) =>
      path.startsWith('/voice')
        ? `<Response><Say>Please speak.</Say><Record maxLength="5" action="/after" recordingStatusCallback="${receiver.url}/recording"/></Response>`
        : '<Response><Hangup/></Response>';
    const { sid } = await incoming();
    const all = await receiver.waitFor(4);
    for (const one of all) expect(isSigned(one)).toBe(true);
    const by = (path: string) => all.filter((one) => one.path === path).map(parametersOf);
    expect(by('/voice?x=1')).toMatchObject([
      { CallSid: sid, CallStatus: 'ringing', Direction: 'inbound', From: peer, To: ownNumber },
    ]);
    expect(by('/after')).toMatchObject([{ CallSid: sid, CallStatus: 'in-progress', RecordingDuration: '5' }]);
    expect(by('/recording')).toMatchObject([
      { CallSid: sid, RecordingDuration: '5', RecordingSource: 'RecordVerb' },
    ]);
    expect(by('/ended')).toMatchObject([{ CallSid: sid, CallStatus: 'completed', CallDuration: '6' }]);
  });

  it.each([
    ['is rejected', '<Response><Reject reason="busy"/></Response>', 'busy'],
    ['fails on an answer that is no TwiML', 'Good morning', 'failed'],
    ['fails on a document that sends it back to itself for ever', '<Response><Record/></Response>', 'failed'],
  ])('and %s', async (_name, twiml, status) => {
    await answerAt('/voice');
    answer = () => twiml;
    const { sid } = await incoming();
    await receiver.waitFor(1, ({ path }) => path === '/ended');
    expect((await client.calls(sid).fetch()).status).toBe(status);
  });

  it('and fails when the number has no voice address', async () => {
    const { sid } = await incoming();
    await expect.poll(async () => (await client.calls(sid).fetch()).status).toBe('failed');
  });
});
