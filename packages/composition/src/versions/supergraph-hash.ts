import { createHash } from 'node:crypto';

/** What a supergraph is recognised by: SHA-256 of its SDL, hex. */
export function supergraphHash(sdl: string): string {
  return createHash('sha256').update(sdl).digest('hex');
}
