import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../x509.ts';
import { paypalSignature, signedText } from './signature.ts';

const transmission = {
  id: '69cd13f0-d67a-11e5-baa3-778b53f4ae55',
  time: '2016-02-18T20:01:35Z',
  webhookId: '1JE4291016473214C',
};
const body =
  '{"id":"WH-TEST","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"CAP1","amount":{"currency_code":"USD","value":"10.99"},"custom_id":"größe"}}';

describe('paypalSignature', () => {
  it('covers transmission, webhook and the CRC32 of the body', () => {
    expect(signedText(transmission, body)).toBe(
      '69cd13f0-d67a-11e5-baa3-778b53f4ae55|2016-02-18T20:01:35Z|1JE4291016473214C|1567717490',
    );
  });

  it('verifies under the certificate, for this body only', () => {
    const { privateKey } = makeCertificate('paypal.test', new Date());
    const signature = Buffer.from(paypalSignature(privateKey, transmission, body), 'base64');
    const isValid = (text: string) =>
      verify('sha256', Buffer.from(signedText(transmission, text)), createPublicKey(privateKey), signature);
    expect(isValid(body)).toBe(true);
    expect(isValid(body.replace('10.99', '99.10'))).toBe(false);
  });
});
