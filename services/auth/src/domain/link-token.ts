import { isId } from '@switchboard/ids';
import { sameText, sha256 } from './digest.ts';
import type { SigningKeys } from './signing-keys.ts';

/**
 * Tokens of links in mails: `<challengeId>.<HMAC of the challenge id>`. They are derived, so that the mail can be
 * written when it is sent although only their SHA-256 is stored.
 */
export class LinkTokens {
  constructor(private readonly keys: SigningKeys) {}

  /** What is stored when a challenge is made. */
  hashFor(challengeId: string): string {
    return sha256(tokenOf(challengeId, this.keys.sign(challengeId)));
  }

  /** The token of a stored hash; `undefined` when the key it was made with is gone. */
  tokenFor(challengeId: string, tokenHash: string): string | undefined {
    return this.keys
      .signatures(challengeId)
      .map((signature) => tokenOf(challengeId, signature))
      .find((token) => sameText(sha256(token), tokenHash));
  }
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
