import { AppError } from '@switchboard/errors';
import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library';
import type { VouchedPerson } from '../../domain/identity.ts';
import type { ConsentCall } from '../../domain/oauth-client.ts';
import type { IdTokenReader, SignInAnswer, SignInProvider, SignInRequest } from '../sign-in-provider.ts';
import { type GoogleOperation, toGoogleError } from './google.errors.ts';
import { toGooglePerson } from './google.mapping.ts';

const TIMEOUT_MS = 5_000;
const SCOPES = ['openid', 'email', 'profile'];

/** Google's sign-in, by code and by ID token. https://developers.google.com/identity/openid-connect/openid-connect */
export class GoogleSignIn implements SignInProvider, IdTokenReader {
  /** One client per application and place: it keeps Google's keys for as long as Google allows. */
  readonly #clients = new Map<string, OAuth2Client>();

  async authorizationUrl(call: ConsentCall, request: SignInRequest): Promise<string> {
    const { redirectUri, state, nonce, challenge } = request;
    return this.#client(call).generateAuthUrl({
      redirect_uri: redirectUri,
      scope: SCOPES,
      state,
      nonce,
      code_challenge: challenge,
      code_challenge_method: CodeChallengeMethod.S256,
      prompt: 'select_account',
    });
  }

  exchange(call: ConsentCall, { code, verifier, nonce, redirectUri }: SignInAnswer): Promise<VouchedPerson> {
    return this.#ask('sign-in.exchange', async () => {
      const { tokens } = await this.#client(call).getToken({
        code,
        codeVerifier: verifier,
        redirect_uri: redirectUri,
      });
      return this.#verify(call, tokens.id_token ?? '', [call.client.clientId], nonce);
    });
  }

  read(call: ConsentCall, idToken: string, clientIds: readonly string[]): Promise<VouchedPerson> {
    return this.#ask('id-token.verify', () => this.#verify(call, idToken, clientIds));
  }

  async #verify(
    call: ConsentCall,
    idToken: string,
    clientIds: readonly string[],
    nonce?: string,
  ): Promise<VouchedPerson> {
    const ticket = await this.#client(call).verifyIdToken({ idToken, audience: [...clientIds] });
    const claims = ticket.getPayload();
    if (nonce !== undefined && claims?.nonce !== nonce) throw new AppError('REJECTED', 'another nonce');
    const person = toGooglePerson(claims);
    if (!person) throw new AppError('REJECTED', 'an ID token without an address');
    return person;
  }

  #client({ client, sandboxUrl }: ConsentCall): OAuth2Client {
    const key = `${client.clientId} ${sandboxUrl ?? ''}`;
    const known = this.#clients.get(key);
    if (known) return known;
    const made = new OAuth2Client({
      clientId: client.clientId,
      clientSecret: client.clientSecret.reveal(),
      transporterOptions: { timeout: TIMEOUT_MS },
      ...(sandboxUrl !== undefined && {
        endpoints: {
          oauth2AuthBaseUrl: `${sandboxUrl}/o/oauth2/v2/auth`,
          oauth2TokenUrl: `${sandboxUrl}/token`,
          oauth2FederatedSignonPemCertsUrl: `${sandboxUrl}/oauth2/v1/certs`,
        },
      }),
    });
    this.#clients.set(key, made);
    return made;
  }

  async #ask<T>(operation: GoogleOperation, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw toGoogleError(operation, thrown);
    }
  }
}
