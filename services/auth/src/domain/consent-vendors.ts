/**
 * What is asked of a person at a vendor that connects by consent (OAuth 2.0, authorization code flow): a purpose is
 * asked for, the scopes are the least it needs, and what was granted decides which service is lent the token.
 */
import { invalidInput } from '@switchboard/errors';
import type { Vendor } from './vendors.ts';

export const CONSENT_VENDORS = ['GOOGLE', 'MICROSOFT', 'ZOOM'] as const;
export type ConsentVendor = (typeof CONSENT_VENDORS)[number];

export const PURPOSES = ['MAIL', 'MAIL_SEND', 'CALENDAR', 'MEETINGS'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Which service works for a purpose, and so may borrow the token. */
const SERVICES: Readonly<Record<Purpose, 'mail' | 'meetings'>> = {
  MAIL: 'mail',
  MAIL_SEND: 'mail',
  CALENDAR: 'meetings',
  MEETINGS: 'meetings',
};

interface ConsentShape {
  /** What tells whose account it is, and keeps the grant alive while nobody looks. */
  readonly always: readonly string[];
  readonly purposes: Partial<Readonly<Record<Purpose, readonly string[]>>>;
  /** A scope that holds others as well. */
  readonly includes?: Readonly<Record<string, readonly string[]>>;
}

const GMAIL = 'https://www.googleapis.com/auth/gmail';
const GOOGLE_CALENDAR = 'https://www.googleapis.com/auth/calendar';

const SHAPES: Readonly<Record<ConsentVendor, ConsentShape>> = {
  // https://developers.google.com/identity/protocols/oauth2/scopes
  GOOGLE: {
    always: ['openid', 'email'],
    purposes: {
      MAIL: [`${GMAIL}.modify`],
      MAIL_SEND: [`${GMAIL}.send`],
      CALENDAR: [`${GOOGLE_CALENDAR}.events`, `${GOOGLE_CALENDAR}.freebusy`],
    },
    includes: { [`${GMAIL}.modify`]: [`${GMAIL}.send`] },
  },
  // https://learn.microsoft.com/graph/permissions-reference
  MICROSOFT: {
    always: ['offline_access', 'User.Read'],
    purposes: {
      MAIL: ['Mail.ReadWrite', 'Mail.Send'],
      MAIL_SEND: ['Mail.Send'],
      CALENDAR: ['Calendars.ReadWrite'],
    },
  },
  // https://developers.zoom.us/docs/integrations/oauth-scopes/
  ZOOM: {
    always: ['user:read'],
    purposes: { MEETINGS: ['meeting:read', 'meeting:write'] },
  },
};

export function isConsentVendor(vendor: Vendor): vendor is ConsentVendor {
  return (CONSENT_VENDORS as readonly Vendor[]).includes(vendor);
}

/** The address a vendor sends people back to; it is registered there to the letter. @param publicUrl of the gateway. */
export function redirectUriOf(publicUrl: string, vendor: ConsentVendor): string {
  return `${publicUrl}/oauth/${vendor.toLowerCase()}/callback`;
}

/**
 * The scopes to ask for.
 * @param granted those the connection has already: asked for again, because a vendor other than Google forgets them.
 * @throws AppError INVALID_INPUT when the vendor has nothing for the purpose.
 */
export function scopesFor(
  vendor: ConsentVendor,
  purpose: Purpose,
  granted: readonly string[] = [],
): string[] {
  const { always, purposes } = SHAPES[vendor];
  const wanted = purposes[purpose];
  if (!wanted) {
    throw invalidInput(`${vendor} has no ${purpose}. It has ${Object.keys(purposes).join(', ')}.`);
  }
  return [...new Set([...always, ...wanted, ...granted])];
}

/** The purposes that granted scopes are enough for; a person may grant less than was asked. */
export function purposesOf(vendor: ConsentVendor, granted: readonly string[]): Purpose[] {
  const { purposes, includes = {} } = SHAPES[vendor];
  // Microsoft names its scopes by their full address, in the case it likes; Zoom's newer ones are parts of the older
  // (`meeting:write:meeting` of `meeting:write`).
  const short = granted.map((scope) => scope.replace(/^https:\/\/graph\.microsoft\.com\//i, ''));
  const held = new Set(short.flatMap((scope) => [scope, ...(includes[scope] ?? [])]).map(lower));
  const holds = (scope: string) => [...held].some((one) => one === scope || one.startsWith(`${scope}:`));
  return PURPOSES.filter((purpose) => purposes[purpose]?.every((scope) => holds(lower(scope))));
}

/** Whether a service may borrow a token with these scopes. */
export function mayBorrow(vendor: ConsentVendor, granted: readonly string[], service: string): boolean {
  return purposesOf(vendor, granted).some((purpose) => SERVICES[purpose] === service);
}

function lower(scope: string): string {
  return scope.toLowerCase();
}
