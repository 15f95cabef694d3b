import twilio from 'twilio';

/**
 * Whether a callback is signed with this account's token (twilio.com/docs/usage/security#validating-requests).
 * @param authTokens the account's, and the one before while it changes over to its secondary token.
 * @param publicUrl the address Twilio called, which it signed: configured, never taken from the Host header.
 */
export function isSignedByTwilio(
  authTokens: readonly string[],
  signature: string,
  publicUrl: string,
  parameters: Readonly<Record<string, string>>,
): boolean {
  return authTokens.some(
    (token) => token !== '' && twilio.validateRequest(token, signature, publicUrl, parameters),
  );
}
