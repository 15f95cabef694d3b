/**
 * The vendors a connection can lead to: what each one's secrets are called, which of them are secret, and which
 * service alone is lent them. The names are those the owning service reads and the vendor sandbox publishes.
 */
import { z } from 'zod';
import { refusal } from './refusal.ts';

/** Vendors whose credential is entered in a form, or set for the whole installation by variables. */
export const FORM_VENDORS = [
  'TWILIO',
  'SENDGRID',
  'SMTP',
  'STRIPE',
  'PAYPAL',
  'ZOOM',
  'OPENAI',
  'ANTHROPIC',
  'GITHUB',
  'FIREBASE',
  'GA4',
] as const;
export type FormVendor = (typeof FORM_VENDORS)[number];

/** All of them; Google and Microsoft connect by a person's consent only, Zoom in both ways. */
export const VENDORS = [...FORM_VENDORS, 'GOOGLE', 'MICROSOFT'] as const;
export type Vendor = (typeof VENDORS)[number];

/** One value of a vendor's credential. */
export interface VendorField {
  readonly name: string;
  /** Secret values are shown by their last four characters only. */
  readonly secret: boolean;
  readonly required: boolean;
  readonly schema: z.ZodType<string>;
  /** For the operator and the person who fills in the form. */
  readonly description: string;
  /** The value this one was replaced by: callbacks are checked with both while vendor and installation change over. */
  readonly previousOf?: string;
}

export interface VendorShape {
  /** The services that may borrow the credential: one, but where an account is both mailbox and calendar. */
  readonly owners: readonly ('telephony' | 'mail' | 'billing' | 'meetings' | 'audit')[];
  /** What the form asks for; empty where there is none. */
  readonly fields: readonly VendorField[];
  /** Whether the vendor sandbox plays this vendor. */
  readonly isPlayed: boolean;
}

const VALUE_LENGTH_MAX = 4_096;

// Keys and tokens travel in HTTP headers: visible ASCII, no blanks. Empty ones are refused, webhook secrets above all.
const token = z
  .string()
  .max(VALUE_LENGTH_MAX)
  .regex(/^[\x21-\x7e]+$/);
// A password may hold anything that is not a control character; it is encoded before it is sent.
const password = z
  .string()
  .max(VALUE_LENGTH_MAX)
  .regex(/^\P{Cc}+$/u);
const phoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/);
const hostName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i);
const portNumber = z.string().regex(/^(25|465|587|2525)$/);
const emailAddress = z.email().max(254);

function secret(name: string, schema: z.ZodType<string>, description: string): VendorField {
  return { name, secret: true, required: true, schema, description };
}

function open(name: string, schema: z.ZodType<string>, description: string): VendorField {
  return { name, secret: false, required: true, schema, description };
}

function optional(field: VendorField): VendorField {
  return { ...field, required: false };
}

/** A value that callbacks are checked with, and optionally the one before it, as `previous<Name>`. */
function checksCallbacks(field: VendorField): VendorField[] {
  const name = `previous${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`;
  const description = `The value before, while ${field.name} is being replaced.`;
  return [field, { ...optional(field), name, description, previousOf: field.name }];
}

const httpsUrl = z.url({ protocol: /^https$/ }).max(500);
const serviceAccount = z
  .string()
  .max(VALUE_LENGTH_MAX)
  .refine((text) => {
    try {
      const parts = z.object({ project_id: token, client_email: z.email(), private_key: z.string().min(1) });
      return parts.safeParse(JSON.parse(text)).success;
    } catch {
      return false;
    }
  });

const fromAddress = optional(open('fromAddress', emailAddress, 'Address that mail is sent from by default.'));

export const VENDOR_SHAPES: Readonly<Record<Vendor, VendorShape>> = {
  TWILIO: {
    owners: ['telephony'],
    isPlayed: true,
    fields: [
      open('accountSid', z.string().regex(/^AC[0-9a-f]{32}$/i), 'Account SID, AC and 32 hexadecimal digits.'),
      ...checksCallbacks(secret('authToken', token, 'Auth token; signs requests and webhooks.')),
      open('phoneNumber', phoneNumber, 'Default sender, E.164.'),
    ],
  },
  SENDGRID: {
    owners: ['mail'],
    isPlayed: true,
    fields: [
      secret('apiKey', token, 'API key with the Mail Send permission.'),
      ...checksCallbacks(open('webhookPublicKey', token, 'Public key that verifies event webhooks, base64.')),
      fromAddress,
    ],
  },
  SMTP: {
    owners: ['mail'],
    isPlayed: true,
    fields: [
      open('host', hostName, 'Host name of the submission server.'),
      open('port', portNumber, 'Its port: 587 or 2525 with STARTTLS, 465 with TLS.'),
      open('username', password, 'User name.'),
      secret('password', password, 'Password, or an app password.'),
      fromAddress,
      optional(open('imapHost', hostName, 'Host name of the server to read the mailbox from.')),
      optional(
        open('imapPort', z.string().regex(/^(143|993)$/), 'Its port: 993 with TLS, 143 with STARTTLS.'),
      ),
    ],
  },
  STRIPE: {
    owners: ['billing'],
    isPlayed: true,
    fields: [
      secret('secretKey', token, 'Secret or restricted API key.'),
      ...checksCallbacks(secret('webhookSecret', token, 'Signing secret of the webhook endpoint.')),
    ],
  },
  PAYPAL: {
    owners: ['billing'],
    isPlayed: true,
    fields: [
      open('clientId', token, 'Client id of the REST application.'),
      secret('clientSecret', token, 'Client secret of the REST application.'),
      open('webhookId', token, 'Id of the webhook, which is part of what PayPal signs.'),
    ],
  },
  ZOOM: {
    owners: ['meetings'],
    isPlayed: true,
    fields: [
      open('accountId', token, 'Account id of the server-to-server application.'),
      open('clientId', token, 'Client id of the application.'),
      secret('clientSecret', token, 'Client secret of the application.'),
      ...checksCallbacks(secret('webhookSecretToken', token, 'Secret token of the event subscription.')),
    ],
  },
  OPENAI: {
    owners: ['mail'],
    isPlayed: false,
    fields: [
      secret('apiKey', token, 'API key.'),
      optional(open('baseUrl', httpsUrl, 'Address of a compatible service, with its /v1.')),
    ],
  },
  ANTHROPIC: {
    owners: ['mail'],
    isPlayed: false,
    fields: [
      secret('apiKey', token, 'API key.'),
      optional(open('baseUrl', httpsUrl, 'Address of a compatible service.')),
    ],
  },
  GITHUB: {
    owners: ['audit'],
    isPlayed: false,
    fields: [
      open(
        'repository',
        z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
        'Where issues are made, owner/name.',
      ),
      secret('token', token, 'Fine-grained access token with read and write access to issues.'),
      ...checksCallbacks(secret('webhookSecret', token, 'Secret of the webhook.')),
    ],
  },
  FIREBASE: {
    owners: ['telephony'],
    isPlayed: false,
    fields: [secret('serviceAccount', serviceAccount, 'Key file of a service account, as JSON.')],
  },
  GA4: {
    owners: ['audit'],
    isPlayed: false,
    fields: [
      open('measurementId', z.string().regex(/^G-[A-Z0-9]{4,20}$/), 'Measurement id, G- and the rest.'),
      secret('apiSecret', token, 'API secret of the Measurement Protocol.'),
    ],
  },
  GOOGLE: { owners: ['mail', 'meetings'], isPlayed: true, fields: [] },
  MICROSOFT: { owners: ['mail', 'meetings'], isPlayed: true, fields: [] },
};

/** The vendor of a lower-case name, as events and internal requests carry it. */
export function vendorNamed(name: string): Vendor | undefined {
  return VENDORS.find((vendor) => vendor.toLowerCase() === name);
}

/** Secret names to values. */
export type Secrets = Readonly<Record<string, string>>;

/** A credential after some of its values were replaced. */
export interface ReplacedSecrets {
  readonly secrets: Secrets;
  /** What becomes of the time that values before are believed for: it begins now, has no end, or stays as it is. */
  readonly overlap: 'begins' | 'open' | 'unchanged';
}

/**
 * Values that are not given stay. The one before a new value that callbacks are checked with becomes its previous one
 * for a time, because callbacks signed with it are still under way; naming the previous value oneself keeps it until
 * the next change, and giving the current value once more ends the overlap at once.
 */
export function replaceSecrets(vendor: Vendor, before: Secrets, given: Secrets): ReplacedSecrets {
  const { fields } = VENDOR_SHAPES[vendor];
  const superseded: Record<string, string> = {};
  const over = new Set<string>();
  for (const { name, previousOf } of fields) {
    if (previousOf === undefined || given[previousOf] === undefined) continue;
    over.add(name);
    const last = before[previousOf];
    if (given[name] === undefined && last && last !== given[previousOf]) superseded[name] = last;
  }
  const kept = Object.entries(before).filter(([name]) => !over.has(name));
  const secrets = { ...Object.fromEntries(kept), ...superseded, ...given };
  if (Object.keys(superseded).length > 0) return { secrets, overlap: 'begins' };
  const isNamed = fields.some(
    ({ name, previousOf }) => previousOf !== undefined && given[name] !== undefined,
  );
  return { secrets, overlap: isNamed ? 'open' : 'unchanged' };
}

/** A credential without the values before. */
export function withoutPrevious(vendor: Vendor, secrets: Secrets): Secrets {
  const previous = new Set(
    VENDOR_SHAPES[vendor].fields.flatMap(({ name, previousOf }) => (previousOf === undefined ? [] : [name])),
  );
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => !previous.has(name)));
}

/**
 * Checks the values of a vendor's credential.
 * @param options.given names the installation fills in itself, such as the sandbox's host.
 * @throws AppError REJECTED (`SECRET_UNKNOWN`, `SECRET_MISSING`, `SECRET_INVALID`, `CONSENT_REQUIRED`) that never quotes a value.
 */
export function checkSecrets(
  vendor: Vendor,
  secrets: Secrets,
  options: { readonly given?: readonly string[] } = {},
): void {
  const { fields } = VENDOR_SHAPES[vendor];
  if (fields.length === 0) {
    throw refusal(
      'CONSENT_REQUIRED',
      `${vendor} is connected by consent: call connectionStart.`,
      'input.vendor',
    );
  }
  const unknown = Object.keys(secrets).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) {
    throw refusal(
      'SECRET_UNKNOWN',
      `${vendor} takes ${fields.map(({ name }) => name).join(', ')}.`,
      'input.secrets',
    );
  }
  for (const field of fields) {
    const value = Object.hasOwn(secrets, field.name) ? secrets[field.name] : undefined;
    const path = `input.secrets.${field.name}`;
    if (value === undefined) {
      if (!field.required || options.given?.includes(field.name)) continue;
      throw refusal('SECRET_MISSING', `${field.name} is required.`, path);
    }
    if (!field.schema.safeParse(value).success) {
      throw refusal('SECRET_INVALID', `${field.name} is not valid. ${field.description}`, path);
    }
  }
}

/** One value of a credential as the API shows it. */
export interface ShownValue {
  readonly name: string;
  /** The value itself, or its last four characters. */
  readonly value: string;
  readonly secret: boolean;
}

/** What may be shown of a credential. */
export function showSecrets(vendor: Vendor, secrets: Secrets): ShownValue[] {
  return VENDOR_SHAPES[vendor].fields.flatMap(({ name, secret: isSecret }) => {
    const value = secrets[name];
    if (value === undefined) return [];
    return [{ name, value: isSecret ? mask(value) : value, secret: isSecret }];
  });
}

const SHOWN_CHARACTERS = 4;
const MASKABLE_LENGTH_MIN = 12;

/** The last four characters of a secret; nothing of one so short that they would give it away. */
export function mask(secretValue: string): string {
  return secretValue.length < MASKABLE_LENGTH_MIN ? '••••' : `••••${secretValue.slice(-SHOWN_CHARACTERS)}`;
}
