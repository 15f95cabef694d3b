/** A refusal of a token endpoint (RFC 6749, 5.2); each vendor words it in its own way. */
export class OAuthError extends Error {
  constructor(
    /** Such as `invalid_grant`. */
    readonly error: string,
    readonly description: string,
    readonly reason: OAuthRefusal,
    readonly status = 400,
  ) {
    super(`${error}: ${description}`);
    this.name = 'OAuthError';
  }
}

/** Why a request was refused; vendors tell some of these apart that the standard calls by one name. */
export type OAuthRefusal =
  | 'client'
  | 'code'
  | 'verifier'
  | 'redirect'
  | 'expired'
  | 'revoked'
  | 'replaced'
  | 'request'
  | 'grant-type';
