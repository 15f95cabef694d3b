import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
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
  it('of somebody else, or that nobody vouches for, is refused', () => {
    const root = new X509Certificate(rootCertificates[0] ?? '');
    expect(() => requirePaypalsOwn(root, [root], [root])).toThrow('the certificate is');
  });
});
