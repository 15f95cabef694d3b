import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Documents by the SHA-256 of their text, in hexadecimal. */
export type RegisteredOperations = ReadonlyMap<string, string>;

const list = z.record(z.string(), z.string().min(1));

/**
 * Reads a list of registered operations: a JSON object of digests and documents, as the usual tools write it.
 * @param text of the file. @throws Error that names what is wrong with it.
 */
export function readRegisteredOperations(text: string): RegisteredOperations {
  const parsed = list.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error('registered operations: not a JSON object of digests and documents');
  const operations = new Map(Object.entries(parsed.data));
  for (const [digest, document] of operations) {
    if (digestOf(document) !== digest) {
      throw new Error(`registered operations: "${digest}" is not the SHA-256 of its document`);
    }
  }
  return operations;
}

export function digestOf(document: string): string {
  return createHash('sha256').update(document).digest('hex');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
