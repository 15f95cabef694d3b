const REPLACEMENT = '\ufffd';

/**
 * A text from outside as a database can keep it. What callers give us is refused instead; a vendor's callback reports
 * what has happened, and must not be lost because a stranger put a NUL into it. The raw bytes stay in the delivery.
 * @returns the text with U+FFFD for each NUL (PostgreSQL has none) and each lone surrogate.
 */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', REPLACEMENT).toWellFormed();
}
