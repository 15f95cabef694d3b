import { isId } from '@switchboard/ids';
import { after, MINUTE_MS, SECOND_MS } from './clock.ts';
import type { SigningKeys } from './signing-keys.ts';

const LIFETIME_MS = 10 * MINUTE_MS;

/**
 * Tokens in the addresses of copies: `<request id>.<seconds since 1970 when it ends>.<HMAC of both>`. A browser follows
 * a link without the caller's session, so the address itself is the permission, for minutes.
 */
export class ExportLinks {
  constructor(private readonly keys: SigningKeys) {}

  tokenFor(requestId: string, now: Date): string {
    const signed = `${requestId}.${Math.ceil(after(now, LIFETIME_MS).getTime() / SECOND_MS)}`;
    return `${signed}.${this.keys.sign(signed)}`;
  }

  /** @returns the request's id, or `undefined` for a token that was changed or is over. */
  requestIdOf(token: string, now: Date): string | undefined {
    const [requestId = '', seconds = '', signature = ''] = token.split('.');
    if (!isId('dsr', requestId) || !this.keys.verify(`${requestId}.${seconds}`, signature)) return undefined;
    return Number(seconds) * SECOND_MS > now.getTime() ? requestId : undefined;
  }
}
