/**
 * Envelope encryption (AES-256-GCM): a workspace's secrets are encrypted with its data key, and data keys with the
 * installation's master key. A ciphertext is `v1.<key id>.<nonce>.<ciphertext and tag>`, base64url; where it
 * belongs is authenticated with it, so that it opens nowhere else.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A key and the name under which ciphertexts refer to it. */
export interface EnvelopeKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The cell a ciphertext belongs to. */
export interface Place {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
  readonly workspaceId: string;
}

/** @param bytes 32 bytes; the id is the beginning of their SHA-256, which tells nothing about them. */
export function envelopeKey(bytes: Uint8Array): EnvelopeKey {
  if (bytes.length !== KEY_BYTES) throw new Error(`a key has ${KEY_BYTES} bytes`);
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 12), bytes };
}

export function newEnvelopeKey(): EnvelopeKey {
  return envelopeKey(randomBytes(KEY_BYTES));
}

export function encrypt(key: EnvelopeKey, place: Place, plaintext: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.bytes, nonce).setAAD(additionalData(place));
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return ['v1', key.id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
}

/** @throws Error when the ciphertext was made with another key, for another place, or was changed. */
export function decrypt(key: EnvelopeKey, place: Place, ciphertext: string): Uint8Array {
  const [version, keyId, nonce = '', sealed = ''] = ciphertext.split('.');
  if (version !== 'v1') throw new Error('not a ciphertext of this vault');
  if (keyId !== key.id) throw new Error(`encrypted with key ${keyId}, not ${key.id}`);
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv(ALGORITHM, key.bytes, Buffer.from(nonce, 'base64url'), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(additionalData(place))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
}

/** The id of the key a ciphertext was made with. */
export function keyIdOf(ciphertext: string): string {
  return ciphertext.split('.')[1] ?? '';
}

function additionalData({ table, column, rowId, workspaceId }: Place): Buffer {
  // As JSON, so that no choice of values makes two places read the same.
  return Buffer.from(JSON.stringify([table, column, rowId, workspaceId]));
}
