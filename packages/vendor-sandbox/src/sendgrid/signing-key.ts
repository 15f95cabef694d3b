import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A key pair that signs an account's events. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** base64 of the SPKI, as SendGrid shows it in its settings. */
  readonly publicKeyBase64: string;
}

/** Private half of the published key of the seeded account. It protects nothing. */
const SEEDED_PRIVATE_KEY =
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBGEbYWgWNU5/WvjgBmhGXMugi+P35FOwvr5vyfYcYDuhRANCAATLWgZxlR7tP3cNaB3KCnL3A9oyvj5kASsZ+pMYP8OKxg4UGQ6W8vTbQiVgEosBX1FAtpNCf2+A9v45+B1mKi2c';

/** The seeded account's key: always the same, so that its public half can be published. */
export function seededSigningKey(): SigningKey {
  return toSigningKey(
    createPrivateKey({ key: Buffer.from(SEEDED_PRIVATE_KEY, 'base64'), format: 'der', type: 'pkcs8' }),
  );
}

/** A new key. */
export function newSigningKey(): SigningKey {
  return toSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
}

function toSigningKey(privateKey: KeyObject): SigningKey {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { privateKey, publicKeyBase64: spki.toString('base64') };
}
