import { randomBytes } from 'node:crypto';
import { parseId } from '@switchboard/ids';
import { Secret } from '@switchboard/observability';
import { sha256 } from './digest.ts';
import type { Mode } from './mode.ts';

const SECRET_BYTES = 32;
const KEY = /^sb_(live|test)_([0-7][0-9A-HJKMNP-TV-Z]{25})_([A-Za-z0-9_-]{43})$/;

/** A new key: `sb_live_<id>_<256 random bits>`, shown once; only its hash stays. */
export function makeApiKeySecret(
  apiKeyId: string,
  mode: Mode,
): { secret: Secret; hash: string; lastFour: string } {
  const text = `${apiKeyPrefix(apiKeyId, mode)}${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { secret: new Secret(text), hash: sha256(text), lastFour: text.slice(-4) };
}

/** The part of a key that may be shown: `sb_live_<id>_`. */
export function apiKeyPrefix(apiKeyId: string, mode: Mode): string {
  return `sb_${mode}_${parseId(apiKeyId)?.ulid}_`;
}

/** Which key a presented text claims to be; `undefined` when it has not the form of a key. */
export function apiKeyIdOf(presented: string): string | undefined {
  const ulid = KEY.exec(presented)?.[2];
  return ulid && `key_${ulid}`;
}
