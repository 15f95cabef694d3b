import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../x509.ts';
import { CERTIFICATE_NAME } from './certificate.ts';

describe('makeCertificate', () => {
  it('makes a certificate that verifies itself and carries the name verifiers check', () => {
    const { pem, privateKey } = makeCertificate(CERTIFICATE_NAME, new Date());
    const certificate = new X509Certificate(pem);
    expect(certificate.subject).toBe('CN=messageverificationcerts.sandbox.paypal.com');
    expect(certificate.checkHost('messageverificationcerts.sandbox.paypal.com')).toBeDefined();
    expect(certificate.checkPrivateKey(privateKey)).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now());
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now());
  });
});
