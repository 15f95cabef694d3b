import { hmac, sameText } from './digest.ts';

/** Keys of one purpose: the first signs, all of them are accepted, so that a key can be replaced while running. */
export class SigningKeys {
  readonly #keys: readonly [Uint8Array, ...Uint8Array[]];

  constructor(current: Uint8Array, ...previous: Uint8Array[]) {
    this.#keys = [current, ...previous];
  }

  /** The signature under the current key. */
  sign(text: string): string {
    return hmac(this.#keys[0], text);
  }

  /** The signatures under every accepted key, the current one first. */
  signatures(text: string): string[] {
    return this.#keys.map((key) => hmac(key, text));
  }

  verify(text: string, signature: string): boolean {
    // Every key is compared, so that the time does not tell which one matched.
    return this.signatures(text).filter((expected) => sameText(expected, signature)).length > 0;
  }
}
