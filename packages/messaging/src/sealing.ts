import {
  CompactEncrypt,
  type CryptoKey,
  compactDecrypt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';

const ALGORITHM = 'ECDH-ES';
const CONTENT = 'A256GCM';

/** A process's own key pair for what is sealed to it. Lives in memory only. */
export class SealingKey {
  private constructor(
    readonly publicJwk: JWK,
    private readonly privateKey: CryptoKey,
  ) {}

  static async create(): Promise<SealingKey> {
    const pair = await generateKeyPair(ALGORITHM, { crv: 'X25519', extractable: true });
    return new SealingKey(await exportJWK(pair.publicKey), pair.privateKey);
  }

  /** @throws when the bytes were sealed to another key. */
  async open(sealed: Uint8Array): Promise<Uint8Array> {
    const opened = await compactDecrypt(sealed, this.privateKey, {
      keyManagementAlgorithms: [ALGORITHM],
      contentEncryptionAlgorithms: [CONTENT],
    });
    return opened.plaintext;
  }
}

/** Seals bytes so that only the holder of the key can read them, whatever the broker shows to whom (RFC 7516). */
export async function seal(bytes: Uint8Array, recipient: JWK): Promise<Uint8Array> {
  const key = await importJWK(recipient, ALGORITHM);
  const sealed = await new CompactEncrypt(bytes)
    .setProtectedHeader({ alg: ALGORITHM, enc: CONTENT })
    .encrypt(key);
  return new TextEncoder().encode(sealed);
}
