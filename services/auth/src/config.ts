import { ConfigError, type ConfigOf, type ConfigShape, port } from '@switchboard/config';
import { Secret } from '@switchboard/observability';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { z } from 'zod';
import { deriveKey } from './domain/digest.ts';
import { type EnvelopeKey, envelopeKey } from './domain/envelope.ts';
import { Installation } from './domain/installation.ts';
import { type PlatformConnection, platformConnection } from './domain/platform-connection.ts';
import { SigningKeys } from './domain/signing-keys.ts';
import { type Secrets, VENDOR_SHAPES, VENDORS, type Vendor } from './domain/vendors.ts';
import type { SessionJwk } from './security/access-tokens.ts';

const SANDBOX_SMTP_PORT = 4_011;

const sessionJwk = z.string().transform((text, context): SessionJwk => {
  const parsed = ed25519.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'is not a private Ed25519 key with a kid, as a JSON Web Key' });
  return z.NEVER;
});

const ed25519 = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string().min(1),
  x: z.string().length(43),
  d: z.string().length(43),
});

const vaultKey = z.string().transform((text, context): EnvelopeKey => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 32) return envelopeKey(bytes);
  context.addIssue({ code: 'custom', message: 'is not 32 bytes in base64' });
  return z.NEVER;
});

const webAddress = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

const base = z.object({
  AUTH_SESSION_PRIVATE_JWK: sessionJwk.meta({
    secret: true,
    description: 'Ed25519 key that signs access tokens, as a JSON Web Key with kid.',
  }),
  AUTH_SESSION_PREVIOUS_JWK: sessionJwk.optional().meta({
    secret: true,
    description: 'The key before, still published and accepted after a change.',
  }),
  AUTH_VAULT_KEY: vaultKey.optional().meta({
    secret: true,
    description:
      'Encrypts credentials: 32 bytes, base64. Required as soon as a vendor is connected in earnest.',
  }),
  AUTH_VAULT_PREVIOUS_KEY: vaultKey.optional().meta({
    secret: true,
    description: 'The key before; at the start what it encrypts is moved to AUTH_VAULT_KEY.',
  }),
  AUTH_FRONTEND_URL: webAddress.optional().meta({
    description: 'Where the links in mails lead; PUBLIC_URL by default.',
  }),
  AUTH_SANDBOX_URL: webAddress.optional().meta({
    description: 'Address of the vendor sandbox; without it only real accounts can be connected.',
  }),
  AUTH_SANDBOX_SMTP_PORT: port(SANDBOX_SMTP_PORT, "Port of the sandbox's SMTP server, on the same host."),
});

/** `accountSid` of TWILIO is `AUTH_TWILIO_ACCOUNT_SID`. */
function variableOf(vendor: Vendor, fieldName: string): string {
  return `AUTH_${vendor}_${fieldName.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** A platform connection's variables: those of the vendor's shape, all or none of them. */
function groupOf(vendor: Vendor): z.ZodObject<Record<string, z.ZodType<string | undefined>>> {
  const entries = VENDOR_SHAPES[vendor].fields.map((field) => {
    const schema = field.required ? field.schema : field.schema.optional();
    return [
      variableOf(vendor, field.name),
      schema.meta({ secret: field.secret, description: `${vendor}: ${field.description}` }),
    ];
  });
  return z.object(Object.fromEntries(entries));
}

/** Every variable of auth; vendors are connected for the whole installation by their groups. */
export const authConfig = {
  base,
  groups: {
    TWILIO: groupOf('TWILIO'),
    SENDGRID: groupOf('SENDGRID'),
    SMTP: groupOf('SMTP'),
    STRIPE: groupOf('STRIPE'),
    PAYPAL: groupOf('PAYPAL'),
    ZOOM: groupOf('ZOOM'),
  },
} as const satisfies ConfigShape;

export type AuthConfig = ConfigOf<typeof authConfig>;

/** The installation's vendors as the configuration has them. @throws ConfigError without a vault key for real ones. */
export function installationOf(config: AuthConfig): Installation {
  const live = VENDORS.flatMap((vendor) => liveConnection(vendor, config[vendor]));
  if (live.length > 0 && !config.AUTH_VAULT_KEY) {
    const names = live.map((connection) => connection.vendor).join(', ');
    throw new ConfigError([`AUTH_VAULT_KEY: is required because ${names} is connected in earnest`]);
  }
  const url = config.AUTH_SANDBOX_URL;
  const sandbox = url === undefined ? undefined : { url, smtpPort: config.AUTH_SANDBOX_SMTP_PORT };
  // The sandbox's connections stay beside real ones: test keys are lent nothing else.
  return new Installation([...live, ...(sandbox ? VENDORS.map(sandboxConnection) : [])], sandbox);
}

function liveConnection(vendor: Vendor, group: AuthConfig[Vendor]): PlatformConnection[] {
  if (!group) return [];
  const secrets = VENDOR_SHAPES[vendor].fields.flatMap(({ name }) => {
    const value = group[variableOf(vendor, name)];
    return value === undefined ? [] : [[name, value]];
  });
  return [platformConnection(vendor, false, new Secret(Object.fromEntries(secrets) as Secrets))];
}

/** The account that every vendor sandbox starts with; its credentials are published on purpose. */
function sandboxConnection(vendor: Vendor): PlatformConnection {
  const account: Record<string, unknown> = sandboxAccounts[vendor.toLowerCase() as Lowercase<Vendor>];
  const secrets = VENDOR_SHAPES[vendor].fields.flatMap(({ name }) => {
    const value = account[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return platformConnection(vendor, true, new Secret(Object.fromEntries(secrets) as Secrets));
}

/** Keys for what is signed beside access tokens, each derived for its purpose from the session keys. */
export function signingKeysOf(config: AuthConfig, purpose: 'refresh-token' | 'link-token'): SigningKeys {
  const derived = ({ d }: SessionJwk): Uint8Array => deriveKey(Buffer.from(d, 'base64url'), purpose);
  const previous = config.AUTH_SESSION_PREVIOUS_JWK;
  return new SigningKeys(derived(config.AUTH_SESSION_PRIVATE_JWK), ...(previous ? [derived(previous)] : []));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
