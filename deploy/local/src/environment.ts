import { type BrokerUser, deriveVaultKey, type Keys } from './keys.ts';
import type { Ports } from './ports.ts';
import { compileCacheOf, type Settings } from './settings.ts';

/** The services, each a subgraph with a database of its own. */
export const SERVICES = ['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'] as const;

/** Name of a process that the runner starts, the broker apart. */
export type PartName = (typeof SERVICES)[number] | 'gateway' | 'sandbox';

/** Variables of the machine that a part may need; everything else of the shell stays outside. */
const MACHINE_VARIABLES =
  /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|OTEL_\w+|https?_proxy|no_proxy)$/i;

const LOOPBACK = '127.0.0.1';

/** What the environments are made from. */
export interface Surroundings {
  settings: Settings;
  ports: Ports;
  keys: Keys;
  natsUrl: string;
  /** The runner's own environment. */
  env: NodeJS.ProcessEnv;
}

/**
 * The variables of one part: the machine's, the person's own with the part's prefix (`AUTH_STRIPE_…`), and the
 * installation's. Addresses and the gateway's identity are the runner's alone, because the parts must agree on them;
 * secrets and databases may be the person's.
 */
export function environmentOf(part: PartName, surroundings: Surroundings): Record<string, string> {
  const { settings, env } = surroundings;
  const prefix = `${part.toUpperCase()}_`;
  return {
    ...pick(env, (name) => MACHINE_VARIABLES.test(name)),
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: compileCacheOf(settings),
    APOLLO_TELEMETRY_DISABLED: 'true',
    LOG_LEVEL: env.LOG_LEVEL ?? 'info',
    DATA_DIR: settings.dataDir,
    PUBLIC_URL: settings.publicUrl,
    ...defaultsOf(part, surroundings),
    ...pick(env, (name) => name.startsWith(prefix)),
    ...addressesOf(part, surroundings),
  };
}

/** What the person may replace by a variable of the same name. */
function defaultsOf(part: PartName, { keys }: Surroundings): Record<string, string> {
  const host = { [`${part.toUpperCase()}_HOST`]: LOOPBACK };
  if (part === 'sandbox') return host;
  const password = { [passwordVariable(part)]: keys.brokerPasswords[part] };
  if (part === 'audit') {
    const AUDIT_VAULT_KEY = deriveVaultKey('audit', keys.vaultKey);
    return { ...host, ...password, AUDIT_CHECKPOINT_KEY: keys.checkpointKey, AUDIT_VAULT_KEY };
  }
  if (part !== 'auth') return { ...host, ...password };
  return {
    ...host,
    ...password,
    AUTH_VAULT_KEY: keys.vaultKey,
    AUTH_SESSION_PRIVATE_JWK: JSON.stringify(keys.sessionPrivate),
    // On one's own machine; auth ignores it once a vendor is connected in earnest.
    AUTH_SANDBOX_SIGN_IN: 'true',
  };
}

/** What the parts must agree on. */
function addressesOf(part: PartName, { ports, keys, natsUrl }: Surroundings): Record<string, string> {
  if (part === 'sandbox') {
    return {
      SANDBOX_PORT: String(ports.sandbox),
      SANDBOX_SMTP_PORT: String(ports.sandboxSmtp),
      SANDBOX_IMAP_PORT: String(ports.sandboxImap),
    };
  }
  const common = { NATS_URL: natsUrl, [`${part.toUpperCase()}_PORT`]: String(ports[part]) };
  if (part === 'gateway') {
    const subgraphs = SERVICES.map((name) => [`GATEWAY_${name.toUpperCase()}_URL`, urlOf(ports[name])]);
    return {
      ...common,
      GATEWAY_METRICS_PORT: String(ports.gatewayMetrics),
      ...Object.fromEntries(subgraphs),
      GATEWAY_IDENTITY_PRIVATE_JWK: JSON.stringify(keys.identityPrivate),
      GATEWAY_JWKS_URL: `${urlOf(ports.auth)}/.well-known/jwks.json`,
    };
  }
  const service = { ...common, IDENTITY_PUBLIC_JWK: JSON.stringify(keys.identityPublic) };
  if (part !== 'auth') return service;
  return {
    ...service,
    AUTH_SANDBOX_URL: urlOf(ports.sandbox),
    AUTH_SANDBOX_SMTP_PORT: String(ports.sandboxSmtp),
    AUTH_SANDBOX_IMAP_PORT: String(ports.sandboxImap),
  };
}

/** Address of a part on this machine. */
export function urlOf(port: number): string {
  return `http://${LOOPBACK}:${port}`;
}

/** The variable that holds a NATS user's password. */
export function passwordVariable(user: BrokerUser): string {
  return `${user.toUpperCase()}_NATS_PASSWORD`;
}

function pick(env: NodeJS.ProcessEnv, wanted: (name: string) => boolean): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.filter(([name]) => wanted(name)));
}
