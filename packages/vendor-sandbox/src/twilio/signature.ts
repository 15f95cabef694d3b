import { createHmac } from 'node:crypto';

/**
 * Signs a form callback: base64 of HMAC-SHA1, keyed with the account's token, over the full URL followed by each
 * parameter's name and value, sorted by name in byte order.
 * https://www.twilio.com/docs/usage/security#validating-requests
 */
export function twilioSignature(
  authToken: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
): string {
  const names = Object.keys(parameters).sort((left, right) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  );
  const text = names.reduce((signed, name) => signed + name + (parameters[name] ?? ''), url);
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}
