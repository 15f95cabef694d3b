import { AppError } from '@switchboard/errors';

// Cc is C0, DEL and C1; U+2028 and U+2029 end lines for some readers.
const LINE_OR_CONTROL = /[\p{Cc}\u2028\u2029]/u;
// Nothing a header's grammar gives a meaning to (RFC 5322 section 3.2.3), so that one text is one address.
const ONE_ADDRESS = /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\]+$/;

/** @throws AppError REJECTED when a text could begin another header. */
export function requireHeaderText(name: string, text: string): void {
  if (LINE_OR_CONTROL.test(text)) throw notAllowed(`${name} holds a control character`);
}

/**
 * Libraries read more than one address, or a header, out of one text; so only a plain address passes.
 * @throws AppError REJECTED
 */
export function requireOneAddress(name: string, text: string): void {
  requireHeaderText(name, text);
  if (!ONE_ADDRESS.test(text)) throw notAllowed(`${name} is not one plain address`);
}

function notAllowed(message: string): AppError {
  return new AppError('REJECTED', message, {
    publicMessage: 'The mail holds characters that mail headers cannot carry.',
    details: { code: 'HEADER_NOT_ALLOWED' },
  });
}
