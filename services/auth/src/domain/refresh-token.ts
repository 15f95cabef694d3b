import { isId } from '@switchboard/ids';
import type { SigningKeys } from './signing-keys.ts';

/** Which refresh token of a session it is: the first one is generation 1. */
export interface RefreshToken {
  readonly sessionId: string;
  readonly generation: number;
}

const TOKEN = /^(ses_[0-9A-Z]{26})\.([1-9]\d{0,8})\.([A-Za-z0-9_-]{43})$/;

/**
 * Refresh tokens: `<sessionId>.<generation>.<HMAC of both>`. Derived, not stored: parallel refreshes of one token
 * answer the same successor, and the database holds nothing that could be presented.
 */
export class RefreshTokens {
  constructor(private readonly keys: SigningKeys) {}

  make({ sessionId, generation }: RefreshToken): string {
    const body = `${sessionId}.${generation}`;
    return `${body}.${this.keys.sign(body)}`;
  }

  /** @returns `undefined` for anything this service did not make. */
  read(token: string): RefreshToken | undefined {
    const [, sessionId = '', generation = '', signature = ''] = TOKEN.exec(token) ?? [];
    if (!isId('ses', sessionId)) return undefined;
    if (!this.keys.verify(`${sessionId}.${generation}`, signature)) return undefined;
    return { sessionId, generation: Number(generation) };
  }
}
