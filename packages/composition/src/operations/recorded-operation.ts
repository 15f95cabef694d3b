/** An operation that clients sent, without anything that they sent in it: no literals, no variables' values. */
export interface RecordedOperation {
  /** SHA-256 of the document, hex. */
  readonly hash: string;
  /** The operation's own name; absent for anonymous ones. */
  readonly name?: string;
  /** One operation with its fragments, sorted, its literals blank. */
  readonly document: string;
}

/** @returns the operation that a message or a line of a file holds; undefined for anything else. */
export function readOperation(text: string): RecordedOperation | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (value === null || typeof value !== 'object') return undefined;
  const { hash, name, document } = value as Record<string, unknown>;
  if (typeof hash !== 'string' || typeof document !== 'string') return undefined;
  return { hash, document, ...(typeof name === 'string' && { name }) };
}
