import { makeCertificate, type SigningCertificate } from '../x509.ts';

/** The name in PayPal's own sandbox certificates, which verifiers check. */
export const CERTIFICATE_NAME = 'messageverificationcerts.sandbox.paypal.com';

let made: SigningCertificate | undefined;

/** The certificate of this process: made when first needed, because an RSA key takes its time. */
export function webhookCertificate(): SigningCertificate {
  made ??= makeCertificate(CERTIFICATE_NAME, new Date());
  return made;
}
