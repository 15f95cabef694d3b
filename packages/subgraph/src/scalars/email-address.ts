import { defineTextScalar, sameText } from './define-scalar.ts';

// RFC 5321: a dot-atom of at most 64 octets, a domain of at most 255 (254 in all, RFC 3696 erratum 1690).
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether a text is exactly one plain address: no display name, comment, quoting or line break. */
export function isEmailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || at > 64 || text.length > 254) return false;
  return LOCAL.test(text.slice(0, at)) && DOMAIN.test(text.slice(at + 1));
}

/** A string. */
export const EmailAddress = defineTextScalar<string>({
  name: 'EmailAddress',
  description: 'One e-mail address without a display name, such as `ana@example.com`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc5321',
  ...sameText(isEmailAddress),
});
