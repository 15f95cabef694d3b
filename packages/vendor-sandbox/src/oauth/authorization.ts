import type { OAuthApplication, OAuthApplications } from './client.ts';

/** A consent that is asked for. */
export interface AuthorizationRequest {
  readonly application: OAuthApplication;
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly nonce: string | undefined;
  readonly loginHint: string;
  readonly prompt: readonly string[];
  /** Everything as it came, for what only one vendor knows. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a vendor's page says about a request it cannot even send back. */
export class BadAuthorization extends Error {}

/** A refusal that goes back to the application (RFC 6749, 4.1.2.1). */
export class RefusedAuthorization extends Error {
  constructor(
    readonly redirectUrl: string,
    error: string,
  ) {
    super(error);
  }
}

/**
 * Checks an authorization request.
 * @throws BadAuthorization for an application or redirect address nobody registered: nothing is sent there.
 * @throws RefusedAuthorization for anything else that is wrong.
 */
export function readAuthorization(
  parameters: Readonly<Record<string, string>>,
  applications: OAuthApplications,
): AuthorizationRequest {
  const application = applications.find(parameters.client_id ?? '');
  if (!application) throw new BadAuthorization('invalid_client: The OAuth client was not found.');
  const redirectUri = parameters.redirect_uri ?? '';
  if (!application.redirectUris.has(redirectUri)) {
    throw new BadAuthorization('redirect_uri_mismatch: This address is not registered for the application.');
  }
  const refuse = (error: string): never => {
    throw new RefusedAuthorization(backTo(redirectUri, parameters.state, { error }), error);
  };
  if (parameters.response_type !== 'code') refuse('unsupported_response_type');
  const { code_challenge: challenge, code_challenge_method: method = 'plain' } = parameters;
  if (challenge !== undefined && (method !== 'S256' || !/^[\w-]{43}$/.test(challenge))) {
    refuse('invalid_request');
  }
  return {
    application,
    redirectUri,
    state: parameters.state,
    scopes: (parameters.scope ?? '').split(/[\s]+/).filter((scope) => scope !== ''),
    challenge,
    nonce: parameters.nonce,
    loginHint: parameters.login_hint ?? '',
    prompt: (parameters.prompt ?? '').split(' '),
    parameters,
  };
}

/** The address that a person is sent back to. */
export function backTo(
  redirectUri: string,
  state: string | undefined,
  answer: Readonly<Record<string, string>>,
): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== undefined) url.searchParams.set('state', state);
  return url.href;
}
