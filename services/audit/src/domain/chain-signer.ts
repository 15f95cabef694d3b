import { createHmac, timingSafeEqual } from 'node:crypto';
import { sha256 } from './entry-hash.ts';

/** The end of a chain at some moment: that many entries, the last one with this hash. */
export interface ChainEnd {
  readonly workspaceId: string;
  readonly sequence: number;
  readonly hash: string;
}

/** A head says where a chain ends now, a checkpoint that it once reached as far: one must not pass for the other. */
export type EndKind = 'head' | 'checkpoint';

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Signs the ends of chains with a key that the database does not hold. Whoever can write every table can still
 * not make a shorter or another chain look right.
 */
export class ChainSigner {
  readonly #keys: readonly [Key, ...Key[]];

  /** @param previous a key whose signatures are still believed. */
  constructor(current: Buffer, previous?: Buffer | undefined) {
    this.#keys = [toKey(current), ...(previous ? [toKey(previous)] : [])];
  }

  /** `<key id>.<HMAC-SHA-256, base64url>` over the JSON array `["audit-<kind>-1", workspaceId, sequence, hash]`. */
  sign(kind: EndKind, end: ChainEnd): string {
    const [key] = this.#keys;
    return `${key.id}.${mac(key, kind, end).toString('base64url')}`;
  }

  verify(kind: EndKind, end: ChainEnd, signature: string): boolean {
    const [keyId, given] = signature.split('.');
    const key = this.#keys.find(({ id }) => id === keyId);
    if (!key || !given) return false;
    const expected = mac(key, kind, end);
    const actual = Buffer.from(given, 'base64url');
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  }

  /** A checkpoint as text, to be kept outside of the installation. */
  issue(end: ChainEnd): string {
    return `${end.sequence}.${end.hash}.${this.sign('checkpoint', end)}`;
  }

  /** Reads what `issue` wrote for this workspace; `undefined` for anything else. */
  read(workspaceId: string, text: string): ChainEnd | undefined {
    const match = /^(\d{1,15})\.([0-9a-f]{64})\.([0-9a-f]{8}\.[A-Za-z0-9_-]+)$/.exec(text);
    if (!match?.[1] || !match[2] || !match[3]) return undefined;
    const end = { workspaceId, sequence: Number(match[1]), hash: match[2] };
    return this.verify('checkpoint', end, match[3]) ? end : undefined;
  }
}

function toKey(bytes: Buffer): Key {
  return { id: sha256(bytes).slice(0, 8), bytes };
}

function mac(key: Key, kind: EndKind, { workspaceId, sequence, hash }: ChainEnd): Buffer {
  return createHmac('sha256', key.bytes)
    .update(JSON.stringify([`audit-${kind}-1`, workspaceId, sequence, hash]))
    .digest();
}
