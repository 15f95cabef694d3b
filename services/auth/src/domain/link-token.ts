import { isId } from '@switchboard/ids';
import { sameText, sha256 } from './digest.ts';
import type { SigningKeys } from './signing-keys.ts';

/**
 * Tokens of links in mails: `<challengeId>.<HMAC of the challenge id>`. They are derived, so that the mail can be
 * written when it is sent although only their SHA-256 is stored. A challenge that is sent again gets a token of the
 * next generation, whose HMAC is over `<challengeId>.<generation>`.
 */
export class LinkTokens {
  constructor(private readonly keys: SigningKeys) {}

  /** What is stored when a challenge is made. */
  hashFor(challengeId: string, generation = 1): string {
    return sha256(tokenOf(challengeId, this.keys.sign(signed(challengeId, generation))));
  }

  /** The token of a stored hash; `undefined` when the key it was made with is gone. */
  tokenFor(challengeId: string, tokenHash: string, generation = 1): string | undefined {
    return this.keys
      .signatures(signed(challengeId, generation))
      .map((signature) => tokenOf(challengeId, signature))
      .find((token) => sameText(sha256(token), tokenHash));
  }
}

/** The first generation is the id alone, as links had it before there were others. */
function signed(challengeId: string, generation: number): string {
  return generation === 1 ? challengeId : `${challengeId}.${generation}`;
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
