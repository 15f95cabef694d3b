import { ConfidentialClientApplication } from '@azure/msal-node';
import { AppError } from '@switchboard/errors';
import type { VouchedPerson } from '../../domain/identity.ts';
import type { ConsentCall } from '../../domain/oauth-client.ts';
import type { SignInAnswer, SignInProvider, SignInRequest } from '../sign-in-provider.ts';
import { toMicrosoftError } from './microsoft.errors.ts';
import { toMicrosoftPerson } from './microsoft.mapping.ts';
import { microsoftNetwork } from './microsoft.network.ts';

const LOGIN = 'https://login.microsoftonline.com';
const SCOPES = ['openid', 'profile', 'email'];

/** Microsoft's sign-in. https://learn.microsoft.com/entra/msal/node/ */
export class MicrosoftSignIn implements SignInProvider {
  async authorizationUrl(call: ConsentCall, request: SignInRequest): Promise<string> {
    const { redirectUri, state, nonce, challenge } = request;
    const url = await clientOf(call).getAuthCodeUrl({
      redirectUri,
      scopes: SCOPES,
      state,
      nonce,
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
      prompt: 'select_account',
    });
    return call.sandboxUrl === undefined ? url : url.replace(LOGIN, call.sandboxUrl);
  }

  async exchange(call: ConsentCall, answer: SignInAnswer): Promise<VouchedPerson> {
    try {
      const { idTokenClaims } = await clientOf(call).acquireTokenByCode({
        code: answer.code,
        scopes: SCOPES,
        redirectUri: answer.redirectUri,
        codeVerifier: answer.verifier,
        nonce: answer.nonce,
      });
      const person = toMicrosoftPerson(idTokenClaims);
      if (person) return person;
    } catch (thrown) {
      throw toMicrosoftError(thrown);
    }
    throw new AppError('REJECTED', 'Microsoft named nobody with an address', {
      publicMessage: 'This Microsoft account has no address.',
      details: { code: 'SIGN_IN_REFUSED' },
    });
  }
}

/** One for each sign-in: the library keeps the tokens it gets, and nothing of a person is to be kept. */
function clientOf({ client, sandboxUrl }: ConsentCall): ConfidentialClientApplication {
  return new ConfidentialClientApplication({
    auth: {
      clientId: client.clientId,
      clientSecret: client.clientSecret.reveal(),
      authority: `${LOGIN}/${client.tenant ?? 'common'}`,
    },
    system: { networkClient: microsoftNetwork(sandboxUrl) },
  });
}
