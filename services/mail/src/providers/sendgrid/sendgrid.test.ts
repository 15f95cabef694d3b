import { generateKeyPairSync, sign } from 'node:crypto';
import eventWebhook from '@sendgrid/eventwebhook';
import { describe, expect, it } from 'vitest';
import type { OutgoingMail } from '../mail-provider.ts';
import { toProviderError } from './sendgrid.errors.ts';
import { reportsIn } from './sendgrid.events.ts';
import { MESSAGE_ARGUMENT, toMailData } from './sendgrid.mapping.ts';
import { requireSignature } from './sendgrid.signature.ts';

const MAIL: OutgoingMail = {
  messageId: 'msg_1',
  internetMessageId: '<msg_1@x.de>',
  inReplyTo: undefined,
  references: undefined,
  from: 'no-reply@x.de',
  recipients: [
    { kind: 'TO', address: 'a@x.de' },
    { kind: 'BCC', address: 'b@x.de' },
  ],
  subject: 'Hello',
  text: 'Hi',
  html: undefined,
  attachments: [],
  hasSecretLink: false,
};

describe('a mail for SendGrid', () => {
  it('carries our id, and names nobody it need not', () => {
    expect(toMailData(MAIL)).toEqual({
      personalizations: [{ to: [{ email: 'a@x.de' }], bcc: [{ email: 'b@x.de' }] }],
      from: { email: 'no-reply@x.de' },
      subject: 'Hello',
      content: [{ type: 'text/plain', value: 'Hi' }],
      headers: { 'Message-ID': '<msg_1@x.de>' },
      customArgs: { [MESSAGE_ARGUMENT]: 'msg_1' },
    });
  });

  it('with a secret link has it left alone', () => {
    expect(toMailData({ ...MAIL, hasSecretLink: true })).toMatchObject({
      trackingSettings: { clickTracking: { enable: false, enableText: false } },
    });
  });

  it('has its plain text first', () => {
    const { content } = toMailData({ ...MAIL, html: '<p>Hi</p>' });
    expect(content?.map(({ type }) => type)).toEqual(['text/plain', 'text/html']);
  });
});

describe('what SendGrid refuses', () => {
  const answer = (status: number, headers: Record<string, string> = {}) =>
    Object.assign(new Error('no'), { code: status, response: { headers } });

  it.each([
    [400, 'REJECTED'],
    [401, 'RECONNECT_REQUIRED'],
    [403, 'REJECTED'],
    [413, 'REJECTED'],
    [429, 'RATE_LIMITED'],
    [500, 'OUTCOME_UNKNOWN'],
    [503, 'OUTCOME_UNKNOWN'],
  ])('by %i is %s', (status, code) => {
    const error = toProviderError('mail.send', answer(status), { acts: true });
    expect(error).toMatchObject({ code, vendor: { vendorCode: String(status) } });
  });

  it.each([
    ['ECONNREFUSED', 'UNAVAILABLE'],
    ['ENOTFOUND', 'UNAVAILABLE'],
    ['ECONNRESET', 'OUTCOME_UNKNOWN'],
    ['ECONNABORTED', 'OUTCOME_UNKNOWN'],
    ['ERR_CANCELED', 'OUTCOME_UNKNOWN'],
  ])('by %s is %s', (systemCode, code) => {
    const thrown = Object.assign(new Error('no'), { code: systemCode });
    expect(toProviderError('mail.send', thrown, { acts: true })).toMatchObject({ code });
  });

  it.each([
    [answer(401), 'RECONNECT_REQUIRED'],
    [answer(403), 'RECONNECT_REQUIRED'],
    [answer(500), 'UNAVAILABLE'],
    [Object.assign(new Error('no'), { code: 'ECONNABORTED' }), 'UNAVAILABLE'],
  ])('of a read leaves no outcome open (%#)', (thrown, code) => {
    expect(toProviderError('scopes.list', thrown, { acts: false })).toMatchObject({ code });
  });

  it('for a while says when to come again', () => {
    const limited = answer(429, { 'x-ratelimit-reset': '1700000005' });
    expect(toProviderError('mail.send', limited, { acts: true }, 1_700_000_000_000).retryAfterMs).toBe(5_000);
    expect(toProviderError('mail.send', answer(429), { acts: true }).retryAfterMs).toBeUndefined();
  });

  it('never shows the key that the SDK’s error carries', () => {
    const config = { headers: { Authorization: 'Bearer SG.secret' } };
    const error = toProviderError(
      'mail.send',
      Object.assign(new Error('no'), { code: 'ECONNRESET', config }),
      { acts: true },
    );
    expect(JSON.stringify([error, error.cause, { ...error }])).not.toContain('SG.secret');
    expect(error.cause).not.toHaveProperty('config');
  });
});

describe('the signature of a batch', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const timestamp = '1700000000';
  const body = Buffer.from('[{"event":"delivered"}]\r\n');
  const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), privateKey).toString(
    'base64',
  );

  it('holds as the vendor’s own helper says', () => {
    const helper = new eventWebhook.EventWebhook();
    const theirs = helper.verifySignature(helper.convertPublicKeyToECDSA(key), body, signature, timestamp);
    expect(theirs).toBe(true);
    expect(() => requireSignature([key], { signature, timestamp, body })).not.toThrow();
  });

  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  it.each([
    ['one byte more', { body: Buffer.concat([body, Buffer.from('\n')]) }, key],
    ['no line break at the end', { body: body.subarray(0, -2) }, key],
    ['another time', { timestamp: '1700000001' }, key],
    ['no signature', { signature: '' }, key],
    ['no key', {}, ''],
    ['a key that is none', {}, 'Zm9v'],
    ['another key', {}, other.export({ type: 'spki', format: 'der' }).toString('base64')],
    [
      'a key of another curve',
      {
        signature: sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), p384.privateKey).toString(
          'base64',
        ),
      },
      p384.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    ],
  ])('does not hold with %s', (_what, change, publicKeyGiven) => {
    expect(() => requireSignature([publicKeyGiven], { signature, timestamp, body, ...change })).toThrow(
      'signature',
    );
  });

  it('holds with either of two keys while one follows the other, and with no third', () => {
    const otherKey = other.export({ type: 'spki', format: 'der' }).toString('base64');
    for (const keys of [
      [otherKey, key],
      [key, otherKey],
    ]) {
      expect(() => requireSignature(keys, { signature, timestamp, body })).not.toThrow();
    }
    expect(() => requireSignature([otherKey, otherKey], { signature, timestamp, body })).toThrow('signature');
    expect(() => requireSignature([], { signature, timestamp, body })).toThrow('signature');
  });
});

describe('a batch', () => {
  const event = {
    [MESSAGE_ARGUMENT]: 'msg_1',
    email: 'a@x.de',
    timestamp: 1_700_000_000,
    sg_event_id: 'e1',
    sg_message_id: 'abc.recvd-1',
  };
  const read = (...events: object[]) => reportsIn(Buffer.from(`${JSON.stringify(events)}\r\n`));

  it('is not lost because a stranger’s mail server put a NUL into its answer', () => {
    const [report] = read({ ...event, event: 'deferred', response: '450 a\u0000b\ud83d' });
    expect(report?.detail).toBe('450 a\ufffdb\ufffd');
    const [cut] = read({ ...event, event: 'deferred', response: `${'x'.repeat(499)}😀` });
    expect(cut?.detail?.isWellFormed()).toBe(true);
  });

  it.each([
    ['processed', {}, { kind: 'PROCESSED', status: 'SENT' }],
    ['deferred', { response: '450' }, { kind: 'DEFERRED', status: undefined, detail: '450' }],
    ['delivered', {}, { kind: 'DELIVERED', status: 'DELIVERED' }],
    [
      'bounce',
      { type: 'bounce', status: '5.1.1' },
      { status: 'BOUNCED', suppress: 'HARD_BOUNCE', errorCode: '5.1.1' },
    ],
    ['bounce', { type: 'blocked' }, { status: 'BOUNCED', suppress: undefined, errorCode: 'BOUNCE' }],
    [
      'dropped',
      { reason: 'Bounced Address' },
      { kind: 'DROPPED', status: 'FAILED', suppress: 'HARD_BOUNCE' },
    ],
    ['dropped', { reason: 'Invalid' }, { status: 'FAILED', suppress: undefined, errorCode: 'DROPPED' }],
    ['open', {}, { kind: 'OPENED', status: undefined }],
    [
      'click',
      { url: 'https://x.de/a?t=1#f' },
      { kind: 'CLICKED', status: undefined, detail: 'https://x.de/a' },
    ],
    ['spamreport', {}, { status: 'COMPLAINED', suppress: 'COMPLAINT' }],
    ['unsubscribe', {}, { kind: 'UNSUBSCRIBED', suppress: 'UNSUBSCRIBED' }],
    ['group_unsubscribe', {}, { kind: 'UNSUBSCRIBED', suppress: 'UNSUBSCRIBED' }],
  ])('reads %s %o', (kind, more, report) => {
    const common = { messageId: 'msg_1', providerMessageId: 'abc', at: new Date(1_700_000_000_000) };
    expect(read({ ...event, event: kind, ...more })).toMatchObject([{ ...common, ...report }]);
  });

  it('leaves out what is unknown or not ours, and is not refused for it', () => {
    expect(
      read({ ...event, event: 'group_resubscribe' }, { event: 'delivered' }, { ...event, event: 'open' }),
    ).toHaveLength(1);
    expect(reportsIn(Buffer.from('{}'))).toEqual([]);
  });
});
