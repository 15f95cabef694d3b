import { Secret } from '@switchboard/observability';
import { openFernet } from '../../domain/fernet.ts';
import { refusal } from '../../domain/refusal.ts';

/** How a secret that is handed in is written. */
export const SECRET_ENCODINGS = ['PLAIN', 'FERNET'] as const;
export type SecretEncoding = (typeof SECRET_ENCODINGS)[number];

/** Reads secrets as an earlier product stored them, so that moving them needs no place where they stand in the clear. */
export class RevealImported {
  /** @param fernetKeys of AUTH_FERNET_KEYS; empty where nothing is moved. */
  constructor(private readonly fernetKeys: readonly Uint8Array[]) {}

  /**
   * @param path the input field, for the refusal.
   * @throws AppError REJECTED with `SECRET_UNREADABLE` for a ciphertext that no key opens.
   */
  execute(value: string, encoding: SecretEncoding, path: string): Secret {
    if (encoding === 'PLAIN') return new Secret(value);
    const text = openFernet(value, this.fernetKeys);
    if (text === undefined) {
      throw refusal('SECRET_UNREADABLE', 'None of the keys in AUTH_FERNET_KEYS opens this.', path);
    }
    return new Secret(text);
  }
}
