import { ConfigError, type ConfigOf, type ConfigShape, list, port } from '@switchboard/config';
import { Secret } from '@switchboard/observability';
import { isEmailAddress } from '@switchboard/subgraph';
import {
  googleAccount,
  microsoftAccount,
  sandboxAccounts,
  zoomOauthAccount,
} from '@switchboard/vendor-sandbox/accounts';
import { z } from 'zod';
import { CONSENT_VENDORS, type ConsentVendor } from './domain/consent-vendors.ts';
import { deriveKey } from './domain/digest.ts';
import { normaliseEmail } from './domain/email.ts';
import { readFernetKey } from './domain/fernet.ts';
import { Installation, type OAuthClients } from './domain/installation.ts';
import { type OAuthClient, readClientSecrets } from './domain/oauth-client.ts';
import { type PlatformConnection, platformConnection } from './domain/platform-connection.ts';
import { SigningKeys } from './domain/signing-keys.ts';
import { readVaultKey, type VaultKey } from './domain/vault-key.ts';
import { FORM_VENDORS, type FormVendor, type Secrets, VENDOR_SHAPES } from './domain/vendors.ts';
import type { TransitAccess } from './providers/transit/transit.key-keeper.ts';
import type { SessionJwk } from './security/access-tokens.ts';

const SANDBOX_SMTP_PORT = 4_011;
const SANDBOX_IMAP_PORT = 4_012;

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

const vaultKey = z.string().transform((text, context): VaultKey => {
  const key = readVaultKey(text);
  if (key) return key;
  context.addIssue({
    code: 'custom',
    message: 'is not 32 bytes in base64, nor what a key service encrypted (vault:v1:…)',
  });
  return z.NEVER;
});

const clientSecrets = z.string().transform((text, context): OAuthClient => {
  const client = readClientSecrets(text);
  if (client) return client;
  context.addIssue({
    code: 'custom',
    message: 'is not JSON with client_id and client_secret, or appId and password',
  });
  return z.NEVER;
});

const webAddress = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

const clientId = z.string().regex(/^[\x21-\x7e]{1,255}$/);

const returnOrigins = list(
  (one) => (URL.canParse(one) && new URL(one).origin === one ? one : undefined),
  'is not a list of origins such as https://app.example.com',
);
const fernetKeys = list(readFernetKey, 'is not a list of keys of 32 bytes in base64url');
const addresses = list(
  (one) => (isEmailAddress(one) ? normaliseEmail(one) : undefined),
  'is not a list of e-mail addresses',
);

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
      'Encrypts credentials: 32 bytes, base64, or what the key service of AUTH_TRANSIT_URL encrypted of them. Required as soon as a vendor is connected in earnest.',
  }),
  AUTH_VAULT_PREVIOUS_KEY: vaultKey.optional().meta({
    secret: true,
    description: 'The key before; at the start what it encrypts is moved to AUTH_VAULT_KEY.',
  }),
  AUTH_FERNET_KEYS: fernetKeys.meta({
    secret: true,
    description:
      'Keys that an earlier product encrypted secrets with (Fernet, 32 bytes, base64url), separated by commas: what it stored can then be handed in as it is.',
  }),
  AUTH_FRONTEND_URL: webAddress.optional().meta({
    description: 'Where the links in mails lead; PUBLIC_URL by default.',
  }),
  AUTH_SUPER_ADMINS: addresses.meta({
    description:
      'Addresses of those who administer the platform, separated by commas. Each counts once it is verified.',
  }),
  AUTH_ERASURE_GRACE_HOURS: z.coerce.number().int().min(0).max(720).default(72).meta({
    description: 'Hours in which an account or a workspace that is to be erased can still be kept.',
  }),
  AUTH_RETURN_ORIGINS: returnOrigins.meta({
    description:
      'Where people may be sent back to from a vendor, separated by commas, besides AUTH_FRONTEND_URL and PUBLIC_URL.',
  }),
  AUTH_GOOGLE_CLIENT_SECRETS_JSON: clientSecrets.optional().meta({
    secret: true,
    description: 'GOOGLE: the application that people give their consent to, as JSON.',
  }),
  AUTH_MICROSOFT_CLIENT_SECRETS_JSON: clientSecrets.optional().meta({
    secret: true,
    description: 'MICROSOFT: the same; appId and password are read too, and tenant (common by default).',
  }),
  AUTH_ZOOM_CLIENT_SECRETS_JSON: clientSecrets.optional().meta({
    secret: true,
    description: 'ZOOM: the same, for people who connect their own account.',
  }),
  AUTH_GOOGLE_IOS_CLIENT_ID: clientId.optional().meta({
    description: 'GOOGLE: client id of the iOS app, whose ID tokens are accepted at sign-in.',
  }),
  AUTH_GOOGLE_ANDROID_CLIENT_ID: clientId.optional().meta({
    description: 'GOOGLE: client id of the Android app.',
  }),
  AUTH_SANDBOX_SIGN_IN: z.enum(['true', 'false']).default('false').meta({
    description:
      'Whether the vendor sandbox may vouch for people who sign in with Google or Microsoft. It lets in anybody as anybody; it has no effect once a vendor is connected in earnest.',
  }),
  AUTH_SANDBOX_URL: webAddress.optional().meta({
    description: 'Address of the vendor sandbox; without it only real accounts can be connected.',
  }),
  AUTH_SANDBOX_SMTP_PORT: port(SANDBOX_SMTP_PORT, "Port of the sandbox's SMTP server, on the same host."),
  AUTH_SANDBOX_IMAP_PORT: port(SANDBOX_IMAP_PORT, "Port of the sandbox's IMAP server, on the same host."),
});

/** `accountSid` of TWILIO is `AUTH_TWILIO_ACCOUNT_SID`. */
function variableOf(vendor: FormVendor, fieldName: string): string {
  return `AUTH_${vendor}_${fieldName.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** A platform connection's variables: those of the vendor's shape, all or none of them. */
function groupOf(vendor: FormVendor): z.ZodObject<Record<string, z.ZodType<string | undefined>>> {
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
    TRANSIT: z.object({
      AUTH_TRANSIT_URL: webAddress.meta({
        description:
          'A key service with the transit API of HashiCorp Vault, which decrypts the vault keys at the start.',
      }),
      AUTH_TRANSIT_TOKEN: z
        .string()
        .min(1)
        .meta({ secret: true, description: 'Token that may decrypt with that key.' }),
      AUTH_TRANSIT_KEY: z.string().min(1).meta({ description: 'Name of the key there.' }),
    }),
    TWILIO: groupOf('TWILIO'),
    SENDGRID: groupOf('SENDGRID'),
    SMTP: groupOf('SMTP'),
    STRIPE: groupOf('STRIPE'),
    PAYPAL: groupOf('PAYPAL'),
    ZOOM: groupOf('ZOOM'),
    OPENAI: groupOf('OPENAI'),
    ANTHROPIC: groupOf('ANTHROPIC'),
    GITHUB: groupOf('GITHUB'),
    FIREBASE: groupOf('FIREBASE'),
    GA4: groupOf('GA4'),
  },
} as const satisfies ConfigShape;

export type AuthConfig = ConfigOf<typeof authConfig>;

/** How the key service is reached, where there is one. @throws ConfigError for encrypted vault keys without one. */
export function transitAccessOf(config: AuthConfig): TransitAccess | undefined {
  const { TRANSIT: access } = config;
  if (access) {
    return {
      url: access.AUTH_TRANSIT_URL,
      token: new Secret(access.AUTH_TRANSIT_TOKEN),
      keyName: access.AUTH_TRANSIT_KEY,
    };
  }
  const names = ['AUTH_VAULT_KEY', 'AUTH_VAULT_PREVIOUS_KEY'] as const;
  const sealed = names.filter((name) => config[name]?.kind === 'sealed');
  if (sealed.length === 0) return undefined;
  throw new ConfigError(sealed.map((name) => `${name}: is encrypted, so AUTH_TRANSIT_URL is required`));
}

/** The installation's vendors as the configuration has them. @throws ConfigError without a vault key for real ones. */
export function installationOf(config: AuthConfig): Installation {
  const live = FORM_VENDORS.flatMap((vendor) => liveConnection(vendor, config[vendor]));
  const clients = liveClients(config);
  const inEarnest = [...live.map(({ vendor }) => vendor), ...Object.keys(clients)];
  if (inEarnest.length > 0 && !config.AUTH_VAULT_KEY) {
    const names = [...new Set(inEarnest)].join(', ');
    throw new ConfigError([`AUTH_VAULT_KEY: is required because ${names} is connected in earnest`]);
  }
  const url = config.AUTH_SANDBOX_URL;
  const { AUTH_SANDBOX_SMTP_PORT: smtpPort, AUTH_SANDBOX_IMAP_PORT: imapPort } = config;
  const sandbox = url === undefined ? undefined : { url, smtpPort, imapPort };
  const played = FORM_VENDORS.filter((vendor) => VENDOR_SHAPES[vendor].isPlayed);
  // The sandbox's connections stay beside real ones: test keys are lent nothing else.
  return new Installation(
    [...live, ...(sandbox ? played.map(sandboxConnection) : [])],
    sandbox,
    { live: clients, sandbox: SANDBOX_CLIENTS },
    {
      bySandbox: sandbox !== undefined && config.AUTH_SANDBOX_SIGN_IN === 'true',
      googleClientIds: clients.GOOGLE ? appClientIdsOf(config) : Object.values(SANDBOX_APP_CLIENT_IDS),
    },
  );
}

function appClientIdsOf(config: AuthConfig): string[] {
  const ids = [config.AUTH_GOOGLE_IOS_CLIENT_ID, config.AUTH_GOOGLE_ANDROID_CLIENT_ID];
  return ids.filter((one) => one !== undefined);
}

/** The variable of a vendor's application. */
export function clientSecretsVariable<V extends ConsentVendor>(vendor: V): `AUTH_${V}_CLIENT_SECRETS_JSON` {
  return `AUTH_${vendor}_CLIENT_SECRETS_JSON`;
}

function liveClients(config: AuthConfig): OAuthClients {
  const entries = CONSENT_VENDORS.flatMap((vendor) => {
    const client = config[clientSecretsVariable(vendor)];
    return client ? [[vendor, client]] : [];
  });
  return Object.fromEntries(entries) as OAuthClients;
}

/** The applications that the vendor sandbox starts with; published on purpose. */
const SANDBOX_CLIENTS: OAuthClients = {
  GOOGLE: sandboxClient(googleAccount),
  MICROSOFT: sandboxClient(microsoftAccount),
  ZOOM: sandboxClient(zoomOauthAccount),
};

const SANDBOX_APP_CLIENT_IDS = {
  ios: googleAccount.iosClientId,
  android: googleAccount.androidClientId,
};

function sandboxClient(account: { readonly clientId: string; readonly clientSecret: string }): OAuthClient {
  return { clientId: account.clientId, clientSecret: new Secret(account.clientSecret) };
}

function liveConnection(vendor: FormVendor, group: AuthConfig[FormVendor]): PlatformConnection[] {
  if (!group) return [];
  const secrets = VENDOR_SHAPES[vendor].fields.flatMap(({ name }) => {
    const value = group[variableOf(vendor, name)];
    return value === undefined ? [] : [[name, value]];
  });
  return [platformConnection(vendor, false, new Secret(Object.fromEntries(secrets) as Secrets))];
}

/** The account that every vendor sandbox starts with; its credentials are published on purpose. */
function sandboxConnection(vendor: FormVendor): PlatformConnection {
  const account: Record<string, unknown> =
    sandboxAccounts[vendor.toLowerCase() as keyof typeof sandboxAccounts];
  const secrets = VENDOR_SHAPES[vendor].fields.flatMap(({ name }) => {
    const value = account[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return platformConnection(vendor, true, new Secret(Object.fromEntries(secrets) as Secrets));
}

/** Keys for what is signed beside access tokens, each derived for its purpose from the session keys. */
export function signingKeysOf(
  config: AuthConfig,
  purpose: 'refresh-token' | 'link-token' | 'consent' | 'sign-in' | 'sms-code' | 'export-link',
): SigningKeys {
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
