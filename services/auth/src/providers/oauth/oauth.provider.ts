import { AppError } from '@switchboard/errors';
import type { Secret } from '@switchboard/observability';
import * as oauth from 'oauth4webapi';
import type { ConsentCall, OAuthClient } from '../../domain/oauth-client.ts';
import type { ConsentAccount, ConsentProvider, ConsentRequest, Grant } from '../consent-provider.ts';
import { endpointsOf, type OAuthEndpoints } from './oauth.endpoints.ts';
import { type OAuthOperation, toProviderError, UnreadableAnswer } from './oauth.errors.ts';
import { toAccount, toGrant } from './oauth.mapping.ts';

const TIMEOUT_MS = 5_000;

/** Google, Microsoft and Zoom: one protocol (RFC 6749 with PKCE), the differences are in the table of endpoints. */
export class OAuthProvider implements ConsentProvider {
  async authorizationUrl(call: ConsentCall, request: ConsentRequest): Promise<string> {
    const { server, authorization, asksScopes } = endpointsOf(call);
    const url = new URL(server.authorization_endpoint ?? server.issuer);
    const parameters = {
      response_type: 'code',
      client_id: call.client.clientId,
      redirect_uri: request.redirectUri,
      state: request.state,
      code_challenge: await oauth.calculatePKCECodeChallenge(request.verifier),
      code_challenge_method: 'S256',
      ...(asksScopes && { scope: request.scopes.join(' ') }),
      ...(request.loginHint !== undefined && { login_hint: request.loginHint }),
      ...authorization,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.toString();
  }

  exchange(
    call: ConsentCall,
    { code, verifier, redirectUri }: { code: string; verifier: string; redirectUri: string },
  ): Promise<Grant> {
    return this.#ask(call, 'exchange', async ({ server }, client, authentication) => {
      // The state was compared with ours before; here it is only the library's way to hand a code over.
      const parameters = oauth.validateAuthResponse(
        server,
        client,
        new URLSearchParams({ code }),
        oauth.expectNoState,
      );
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        parameters,
        redirectUri,
        verifier,
        optionsOf(call),
      );
      // Whose account it is says the vendor's account endpoint, so an ID token that comes along is not looked at.
      return toGrant(
        await oauth.processGenericTokenEndpointResponse(server, client, await tokensOnly(response)),
      );
    });
  }

  refresh(call: ConsentCall, refreshToken: Secret): Promise<Grant> {
    return this.#ask(call, 'refresh', async ({ server }, client, authentication) => {
      const response = await oauth.refreshTokenGrantRequest(
        server,
        client,
        authentication,
        refreshToken.reveal(),
        optionsOf(call),
      );
      const answer = await oauth.processGenericTokenEndpointResponse(
        server,
        client,
        await tokensOnly(response),
      );
      return toGrant(answer, refreshToken);
    });
  }

  async revoke(call: ConsentCall, refreshToken: Secret): Promise<void> {
    if (!endpointsOf(call).server.revocation_endpoint) return;
    await this.#ask(call, 'revoke', async ({ server }, client, authentication) => {
      const token = refreshToken.reveal();
      const response = await oauth.revocationRequest(server, client, authentication, token, optionsOf(call));
      // Whatever the vendor says against the token itself: it is worth nothing any more.
      if (response.status === 400) return;
      await oauth.processRevocationResponse(response);
    });
  }

  identify(call: ConsentCall, accessToken: Secret): Promise<ConsentAccount> {
    return this.#ask(call, 'identify', async ({ accountUrl }) => {
      const response = await fetch(accountUrl, {
        headers: { authorization: `Bearer ${accessToken.reveal()}`, accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new UnreadableAnswer(response.status, response.headers.get('retry-after'));
      const account = toAccount(call.vendor, await response.json());
      if (!account) throw new AppError('INTERNAL', `${call.vendor} named nobody`);
      return account;
    });
  }

  async #ask<T>(
    call: ConsentCall,
    operation: OAuthOperation,
    work: (endpoints: OAuthEndpoints, client: oauth.Client, authentication: oauth.ClientAuth) => Promise<T>,
  ): Promise<T> {
    const endpoints = endpointsOf(call);
    try {
      return await work(
        endpoints,
        { client_id: call.client.clientId },
        authenticationOf(call.client, endpoints),
      );
    } catch (thrown) {
      throw toProviderError(call.vendor, operation, thrown);
    }
  }
}

function authenticationOf(
  { clientSecret }: OAuthClient,
  { clientAuthentication }: OAuthEndpoints,
): oauth.ClientAuth {
  const secret = clientSecret.reveal();
  return clientAuthentication === 'basic' ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
}

function optionsOf({ sandboxUrl }: ConsentCall) {
  return {
    signal: () => AbortSignal.timeout(TIMEOUT_MS),
    // The sandbox is on this machine or in this cluster; a vendor is asked by https only.
    [oauth.allowInsecureRequests]: sandboxUrl !== undefined,
  };
}

/** The answer of a token endpoint without its ID token; one that is no JSON object is told by its status. */
async function tokensOnly(response: Response): Promise<Response> {
  const text = await response.text();
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new UnreadableAnswer(response.status, response.headers.get('retry-after'));
  }
  if (typeof answer !== 'object' || answer === null) throw new UnreadableAnswer(response.status);
  const { id_token: _unused, reason, ...rest } = answer as Record<string, unknown>;
  // Zoom puts its words in `reason`.
  const body = 'error' in rest ? { error_description: reason, ...rest } : rest;
  const headers = new Headers({ 'content-type': 'application/json' });
  const retryAfter = response.headers.get('retry-after');
  if (retryAfter !== null) headers.set('retry-after', retryAfter);
  return new Response(JSON.stringify(body), { status: response.status, headers });
}
