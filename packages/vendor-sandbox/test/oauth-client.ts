import { createHash, randomBytes } from 'node:crypto';
import { googleAccount, microsoftAccount, zoomOauthAccount } from '../src/accounts.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
type Loose = any;

/** What the tests need to know of each vendor that connects by consent. */
export const VENDORS = {
  google: {
    authorizePath: '/google/o/oauth2/v2/auth',
    tokenPath: '/google/token',
    account: googleAccount,
    scope: 'openid email https://www.googleapis.com/auth/gmail.send',
    extra: { access_type: 'offline', prompt: 'consent' } as Record<string, string>,
    mePath: '/google/v1/userinfo',
  },
  microsoft: {
    authorizePath: '/microsoft/common/oauth2/v2.0/authorize',
    tokenPath: '/microsoft/common/oauth2/v2.0/token',
    account: microsoftAccount,
    scope: 'openid offline_access User.Read Mail.Send',
    extra: {} as Record<string, string>,
    mePath: '/microsoft/v1.0/me',
  },
  zoom: {
    authorizePath: '/zoom/oauth/authorize',
    tokenPath: '/zoom/oauth/token',
    account: zoomOauthAccount,
    scope: '',
    extra: {} as Record<string, string>,
    mePath: '/zoom/v2/users/me',
  },
} as const;
export type VendorKey = keyof typeof VENDORS;

/** An application of one vendor, as it asks for consent and for tokens. */
export class OAuthTestClient {
  readonly verifier = randomBytes(32).toString('base64url');
  readonly redirectUri: string;

  constructor(
    readonly url: string,
    readonly vendor: VendorKey,
    publicUrl = 'http://localhost:4000',
  ) {
    this.redirectUri = `${publicUrl}/oauth/${vendor}/callback`;
  }

  authorizationUrl(changes: Record<string, string> = {}): string {
    const { authorizePath, account, scope, extra } = VENDORS[this.vendor];
    const parameters = {
      response_type: 'code',
      client_id: account.clientId,
      redirect_uri: this.redirectUri,
      state: 'state-1',
      scope,
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...extra,
      ...changes,
    };
    return `${this.url}${authorizePath}?${new URLSearchParams(parameters)}`;
  }

  /** What the person sends by the page's form. */
  async answer(fields: Record<string, string>, changes: Record<string, string> = {}): Promise<URL> {
    const response = await fetch(this.authorizationUrl(changes), {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
    return new URL(response.headers.get('location') ?? `http://no-redirect/${response.status}`);
  }

  async code(email = 'ana@example.com', changes: Record<string, string> = {}): Promise<string> {
    const back = await this.answer({ answer: 'allow', account: email }, changes);
    return back.searchParams.get('code') ?? '';
  }

  async token(fields: Record<string, string>): Promise<{ status: number; body: Loose }> {
    const { tokenPath, account } = VENDORS[this.vendor];
    const { clientId, clientSecret } = account;
    const response = await fetch(`${this.url}${tokenPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields }).toString(),
    });
    return { status: response.status, body: await response.json() };
  }

  redeem(code: string, changes: Record<string, string> = {}) {
    return this.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.redirectUri,
      code_verifier: this.verifier,
      ...changes,
    });
  }

  refresh(refreshToken: string) {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  async me(accessToken: string): Promise<{ status: number; body: Loose }> {
    const response = await fetch(`${this.url}${VENDORS[this.vendor].mePath}`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    return { status: response.status, body: await response.json() };
  }

  async simulate(what: string, input: object): Promise<Loose> {
    const response = await fetch(`${this.url}/control/simulate/${this.vendor}/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    return response.json();
  }
}
