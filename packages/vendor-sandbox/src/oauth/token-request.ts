import type { FastifyRequest } from 'fastify';
import type { OAuthApplication, OAuthApplications } from './client.ts';
import type { Grants, IssuedTokens } from './grants.ts';
import { OAuthError } from './oauth-error.ts';

/** A form's fields, each once. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** The application that proves itself, by form or by Basic (RFC 6749, 2.3.1). @throws OAuthError `invalid_client`. */
export function authenticate(
  request: FastifyRequest,
  fields: Fields,
  applications: OAuthApplications,
): OAuthApplication {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
  const [basicId, basicSecret] =
    scheme === 'Basic' ? Buffer.from(value, 'base64').toString('utf8').split(':').map(decode) : [];
  const application = applications.find(basicId ?? fields.client_id ?? '');
  if (!application || application.clientSecret !== (basicSecret ?? fields.client_secret)) {
    throw new OAuthError('invalid_client', 'The OAuth client was not found.', 'client', 401);
  }
  return application;
}

/** Exchanges a code or a refresh token. @throws OAuthError */
export function issueTokens(application: OAuthApplication, fields: Fields, grants: Grants): IssuedTokens {
  switch (fields.grant_type) {
    case 'authorization_code':
      return grants.redeemCode(application.clientId, {
        code: fields.code ?? '',
        redirectUri: fields.redirect_uri ?? '',
        verifier: fields.code_verifier ?? '',
      });
    case 'refresh_token':
      return grants.refresh(application.clientId, fields.refresh_token ?? '');
    default:
      throw new OAuthError('unsupported_grant_type', 'Invalid grant_type.', 'grant-type');
  }
}

/** Client id and secret are encoded as in a form before they go into Basic. */
function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
