import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSignedByPaypal } from './paypal.signature.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const transmission = {
  id: '69cd13f0-d67a-11e5-baa3-778b53f4ae55',
  time: '2016-02-18T20:01:35Z',
  webhookId: '1JE4291016473214C',
};
// CRC32 of these bytes, as an unsigned decimal: a known answer.
const BODY = Buffer.from(
  '{"id":"WH-TEST","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"CAP1","amount":{"currency_code":"USD","value":"10.99"},"custom_id":"größe"}}',
);
const CRC = 1_567_717_490;
const message = `${transmission.id}|${transmission.time}|${transmission.webhookId}|${CRC}`;
const signature = sign('RSA-SHA256', Buffer.from(message), privateKey).toString('base64');

describe('PayPal’s signature', () => {
  it('covers id, time, webhook and the body’s CRC32', () => {
    expect(isSignedByPaypal(transmission, BODY, signature, publicKey)).toBe(true);
  });

  it.each([
    ['another id', { ...transmission, id: 'x' }, BODY],
    ['another time', { ...transmission, time: '2016-02-18T20:01:36Z' }, BODY],
    ['another webhook', { ...transmission, webhookId: 'OTHER' }, BODY],
    ['other bytes', transmission, Buffer.from(`${BODY} `)],
  ])('does not hold for %s', (_what, sent, body) => {
    expect(isSignedByPaypal(sent, body, signature, publicKey)).toBe(false);
  });

  it('is no signature when it is empty or no base64', () => {
    expect(isSignedByPaypal(transmission, BODY, '', publicKey)).toBe(false);
    expect(isSignedByPaypal(transmission, BODY, '!!', publicKey)).toBe(false);
  });
});
