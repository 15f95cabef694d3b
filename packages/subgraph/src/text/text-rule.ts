/** What one text may hold. */
export interface TextRule {
  /** Longest length, in Unicode code points. */
  readonly maxLength: number;
  /** Whether line feed and tab may occur. */
  readonly multiline: boolean;
}

export const DEFAULT_TEXT_RULE: TextRule = { maxLength: 1_000, multiline: false };

// Cc is C0, DEL and C1; U+2028 and U+2029 end lines in mail headers and scripts.
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const CONTROL_BUT_LINES = /[^\P{Cc}\n\t]|[\u2028\u2029]/u;
// Unicode's own list (UAX #9): marks, embeddings, overrides and isolates, used to disguise text.
const BIDI_CONTROL = /\p{Bidi_Control}/u;

/**
 * Checks one text against its rule. Nothing is ever changed: a text is taken as it is or refused.
 * @returns what is wrong, for the caller to read; `undefined` when nothing is.
 */
export function textFault(text: string, rule: TextRule = DEFAULT_TEXT_RULE): string | undefined {
  // UTF-16 units first: a code point has at most two, so a far too long text is never walked.
  if (
    text.length > rule.maxLength * 2 ||
    (text.length > rule.maxLength && [...text].length > rule.maxLength)
  ) {
    return `is longer than ${rule.maxLength} characters`;
  }
  if (!text.isWellFormed()) return 'holds a lone surrogate';
  if ((rule.multiline ? CONTROL_BUT_LINES : CONTROL).test(text)) return 'holds a control character';
  if (BIDI_CONTROL.test(text)) return 'holds a bidirectional control character';
  if (text.normalize('NFC') !== text) return 'is not in Unicode normalisation form C';
  return undefined;
}
