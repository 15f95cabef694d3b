import twilio from 'twilio';

/**
 * Whether a callback is signed with this account's token (twilio.com/docs/usage/security#validating-requests).
 * @param publicUrl the address Twilio called, which it signed: configured, never taken from the Host header.
 */
export function isSignedByTwilio(
  authToken: string,
  signature: string,
  publicUrl: string,
  parameters: Readonly<Record<string, string>>,
): boolean {
  return twilio.validateRequest(authToken, signature, publicUrl, parameters);
}
