import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { INTERMEDIATE, PAYPAL, ROOT, STRANGER } from './paypal.certificates.fixture.ts';
import { requirePaypalsOwn, sourceOf } from './paypal.certificates.ts';

const real = { sandbox: false, baseUrl: undefined };
const sandbox = { sandbox: true, baseUrl: 'http://127.0.0.1:4010/paypal' };

describe('the address of a certificate', () => {
  it.each([
    ['https://api.paypal.com/v1/notifications/certs/1', real, 'paypal'],
    ['https://api.sandbox.paypal.com/certs/1', real, 'paypal'],
    ['https://api.paypal.com/certs/1', sandbox, 'paypal'],
    ['http://127.0.0.1:4010/paypal/certs/1', sandbox, 'sandbox'],
  ] as const)('%s is asked', (url, credential, source) => {
    expect(sourceOf(url, credential)).toBe(source);
  });

  it.each([
    ['https://api.paypal.com.evil.test/certs/1', real],
    ['https://evilpaypal.com/certs/1', real],
    ['http://api.paypal.com/certs/1', real],
    ['https://api.paypal.com:8443/certs/1', real],
    ['https://user@api.paypal.com/certs/1', real],
    ['https://api.paypal.com@evil.test/certs/1', real],
    ['http://127.0.0.1:4010/paypal/certs/1', real],
    ['http://127.0.0.1:4010/paypal/certs/1', { sandbox: false, baseUrl: 'http://127.0.0.1:4010/paypal' }],
    ['http://127.0.0.1:4011/certs/1', sandbox],
    ['http://localhost:4010/certs/1', sandbox],
    ['http://169.254.169.254/latest', sandbox],
    ['file:///etc/passwd', sandbox],
    ['', sandbox],
  ] as const)('%s is not asked', (url, credential) => {
    expect(() => sourceOf(url, credential)).toThrow('foreign host');
  });
});

describe('a certificate', () => {
  const [root, intermediate, paypal, stranger] = [ROOT, INTERMEDIATE, PAYPAL, STRANGER].map(
    (pem) => new X509Certificate(pem),
  ) as [X509Certificate, X509Certificate, X509Certificate, X509Certificate];

  it('with PayPal’s name is accepted when a known authority vouches for it', () => {
    expect(() => requirePaypalsOwn(paypal, [paypal, intermediate], [root])).not.toThrow();
    expect(() => requirePaypalsOwn(paypal, [paypal], [intermediate])).not.toThrow();
  });

  it('is refused without a known authority, with a gap in the chain, or below one that is none', () => {
    const unknown = rootCertificates.slice(0, 20).map((pem) => new X509Certificate(pem));
    expect(() => requirePaypalsOwn(paypal, [paypal, intermediate, root], unknown)).toThrow(
      'no known authority',
    );
    expect(() => requirePaypalsOwn(paypal, [paypal], [root])).toThrow('no known authority');
    expect(() => requirePaypalsOwn(paypal, [paypal, stranger], [root])).toThrow('no known authority');
  });

  it('of somebody else is refused, whoever vouches for it', () => {
    expect(() => requirePaypalsOwn(stranger, [stranger, intermediate], [root])).toThrow('evil.test');
  });
});
