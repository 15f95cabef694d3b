import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A key that signs, with the certificate that shows its public half. */
export interface SigningCertificate {
  /** Last part of the certificate's address. */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly pem: string;
}

const VALID_YEARS = 5;
const SHA256_WITH_RSA = '2a864886f70d01010b';
const COMMON_NAME = '550403';
const SUBJECT_ALTERNATIVE_NAME = '551d11';

/** Makes a key and a self-signed certificate (X.509 version 3, RFC 5280) for it. @param commonName also its DNS name. */
export function makeCertificate(commonName: string, now: Date): SigningCertificate {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const fingerprint = createHash('sha256').update(spki).digest('hex');
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + VALID_YEARS);
  const from = new Date(now.getTime() - 86_400_000);

  const algorithm = sequence(objectId(SHA256_WITH_RSA), element(0x05));
  const name = sequence(element(0x31, sequence(objectId(COMMON_NAME), utf8(commonName))));
  const alternativeName = sequence(element(0x82, Buffer.from(commonName, 'ascii')));
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    // A first byte below 0x80 keeps the serial number positive.
    integer(Buffer.from(`5b${fingerprint.slice(0, 14)}`, 'hex')),
    algorithm,
    name,
    sequence(utcTime(from), utcTime(until)),
    name,
    spki,
    element(0xa3, sequence(sequence(objectId(SUBJECT_ALTERNATIVE_NAME), element(0x04, alternativeName)))),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, algorithm, element(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    id: `CERT-${fingerprint.slice(0, 8)}-${fingerprint.slice(8, 16)}`,
    privateKey,
    pem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** One element of DER: tag, length, content. */
function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  const hex = bytes.toString(16);
  const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | digits.length]), digits]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts);
const integer = (bytes: Uint8Array): Buffer => element(0x02, bytes);
const objectId = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text, 'utf8'));
/** YYMMDDhhmmssZ. */
const utcTime = (date: Date): Buffer =>
  element(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/\D/g, '')}Z`, 'ascii'));
