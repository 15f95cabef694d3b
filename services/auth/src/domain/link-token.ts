import { isId } from '@switchboard/ids';
import { sameText, sha256 } from './digest.ts';
import type { SigningKeys } from './signing-keys.ts';

/**
 * Tokens of links in mails: `<challengeId>.<HMAC of the challenge id>`. They are derived, so that the mail can be
 * written when it is sent although only their SHA-256 is stored.
 */
export class LinkTokens {
  constructor(private readonly keys: SigningKeys) {}

  /** What is stored when a challenge is made. @param generation counts the links of one challenge, from 1. */
  hashFor(challengeId: string, generation = 1): string {
    return sha256(tokenOf(challengeId, this.keys.sign(signedText(challengeId, generation))));
  }

  /** The token of a stored hash; `undefined` when the key it was made with is gone. */
  tokenFor(challengeId: string, tokenHash: string, generation = 1): string | undefined {
    return this.keys
      .signatures(signedText(challengeId, generation))
      .map((signature) => tokenOf(challengeId, signature))
      .find((token) => sameText(sha256(token), tokenHash));
  }
}

/** The first link of a challenge is signed as it always was. */
function signedText(challengeId: string, generation: number): string {
  return generation === 1 ? challengeId : `${challengeId}/${generation}`;
}

function tokenOf(challengeId: string, signature: string): string {
  return `${challengeId}.${signature}`;
}

/**
 * The challenge a presented token names; `undefined` when it cannot be one of this kind. It proves nothing yet.
 * @param prefix `vfy`, `rst` or `inv`.
 */
export function challengeIdOf(prefix: string, token: string): string | undefined {
  const [challengeId = ''] = token.split('.');
  return isId(prefix, challengeId) ? challengeId : undefined;
}

/** Whether a presented token is the one whose hash is stored. */
export function isToken(token: string, tokenHash: string): boolean {
  return sameText(sha256(token), tokenHash);
}
