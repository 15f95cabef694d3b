import { hkdfSync, type JsonWebKey, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeEd25519, makeKey } from '@switchboard/provisioner';
import { Problem } from './problem.ts';

/** One NATS user per process, plus operators and the provisioner. */
export const BROKER_USERS = [
  ...['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'],
  ...['gateway', 'ops', 'provisioner'],
] as const;

/** Name of a NATS user. */
export type BrokerUser = (typeof BROKER_USERS)[number];

/** An Ed25519 key as JSON Web Key (RFC 8037). */
export interface Ed25519Jwk extends JsonWebKey {
  kid: string;
}

/** The installation's secrets. */
export interface Keys {
  /** The gateway signs internal identities with it. */
  identityPrivate: Ed25519Jwk;
  /** The services verify with it. */
  identityPublic: Ed25519Jwk;
  /** auth signs access tokens with it. */
  sessionPrivate: Ed25519Jwk;
  /** auth encrypts credentials with it: 32 bytes, base64. */
  vaultKey: string;
  /** audit signs the ends of its chains with it: 32 bytes, base64. */
  checkpointKey: string;
  brokerPasswords: Record<BrokerUser, string>;
}

/**
 * Reads `DATA_DIR/keys`; makes them when the folder is new (files 0600, folder 0700).
 * A damaged or missing key of a used folder is a problem and never replaced: the data would be unreadable for good.
 * @throws {Problem}
 */
export async function loadKeys(dataDir: string, options: { isNew: boolean }): Promise<Keys> {
  const folder = join(dataDir, 'keys');
  if (options.isNew) await mkdir(folder, { recursive: true, mode: 0o700 });
  const keyFile = options.isNew ? readOrMake : readExisting;
  const [identityPrivate, sessionPrivate, vaultKey, checkpointKey, brokerPasswords] = await Promise.all([
    keyFile(join(folder, 'identity.json'), makeEd25519, parseEd25519),
    keyFile(join(folder, 'session.json'), makeEd25519, parseEd25519),
    keyFile(join(folder, 'vault.key'), makeKey, parseKey),
    keyFile(join(folder, 'checkpoint.key'), makeKey, parseKey),
    keyFile(join(folder, 'broker.json'), makePasswords, parsePasswords),
  ]);
  const { d: _private, ...identityPublic } = identityPrivate;
  return { identityPrivate, identityPublic, sessionPrivate, vaultKey, checkpointKey, brokerPasswords };
}

/**
 * A vault key for another service than auth: 32 bytes, base64. Derived, so that folders made before need no new file.
 * @param vaultKey as in `Keys`.
 */
export function deriveVaultKey(service: string, vaultKey: string): string {
  const secret = Buffer.from(vaultKey, 'base64');
  return Buffer.from(hkdfSync('sha256', secret, '', `vault key of ${service}`, 32)).toString('base64');
}

type Parse<T> = (text: string) => T | undefined;

async function readOrMake<T>(path: string, make: () => string, parse: Parse<T>): Promise<T> {
  if (!existsSync(path)) {
    // Written aside and renamed: a crash must not leave half a key.
    await writeFile(`${path}.new`, `${make()}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
  return readExisting(path, make, parse);
}

async function readExisting<T>(path: string, _make: () => string, parse: Parse<T>): Promise<T> {
  try {
    const key = parse((await readFile(path, 'utf8')).trim());
    if (key !== undefined) return key;
  } catch {
    // Missing, unreadable and damaged need the same answer.
  }
  throw new Problem(
    `${path} is missing, unreadable or damaged. Restore it from a copy; without one, set DATA_DIR to another folder to start anew.`,
  );
}

function parseEd25519(text: string): Ed25519Jwk | undefined {
  const jwk = JSON.parse(text);
  const isWhole = [jwk.d, jwk.x].every(
    (part) => typeof part === 'string' && bytesOf(part, 'base64url') === 32,
  );
  return isWhole && jwk.kty === 'OKP' && jwk.crv === 'Ed25519' && typeof jwk.kid === 'string'
    ? jwk
    : undefined;
}

function parseKey(text: string): string | undefined {
  return /^[A-Za-z0-9+/]{43}=$/.test(text) && bytesOf(text, 'base64') === 32 ? text : undefined;
}

function bytesOf(text: string, encoding: 'base64' | 'base64url'): number {
  return Buffer.from(text, encoding).length;
}

function makePasswords(): string {
  return JSON.stringify(
    Object.fromEntries(BROKER_USERS.map((user) => [user, randomBytes(24).toString('base64url')])),
  );
}

function parsePasswords(text: string): Record<BrokerUser, string> | undefined {
  const passwords = JSON.parse(text);
  const isWhole = BROKER_USERS.every(
    (user) => typeof passwords[user] === 'string' && passwords[user].length >= 32,
  );
  return isWhole ? passwords : undefined;
}
