/** When a connection by a form is tried at its vendor by itself. Pure rules. */
import { after, HOUR_MS, MINUTE_MS } from './clock.ts';
import type { Connection } from './connection.ts';
import { nextRefreshOf } from './token-care.ts';
import type { Vendor } from './vendors.ts';

/** The vendors that a service works with, and therefore knows how to ask. */
const CHECKED_VENDORS: ReadonlySet<Vendor> = new Set([
  'TWILIO',
  'SENDGRID',
  'SMTP',
  'STRIPE',
  'PAYPAL',
  'ZOOM',
] as const);

/** So long after the vendor last took the credential. */
const CHECKED_EVERY_MS = HOUR_MS;
/** What was just entered is tried soon; what is used at once need not be. */
const FIRST_CHECK_MS = MINUTE_MS;
/** After a failure, doubled with each further one. */
const RETRY_FIRST_MS = 5 * MINUTE_MS;
const RETRY_MAX_MS = HOUR_MS;
/** While the service that would ask the vendor is away. */
const OWNER_AWAY_MS = MINUTE_MS;

/** A connection as far as it matters here. */
export type Checked = Pick<Connection, 'vendor' | 'accountId' | 'state' | 'nextCheckAt' | 'checkFailures'>;

/** What a connection by consent has: it is never tried so. */
export const UNCHECKED = { nextCheckAt: null, checkFailures: 0 } as const;

/** When a credential that was just entered is tried; null at vendors that nobody can ask. */
export function firstCheckOf(vendor: Vendor, now: Date): Date | null {
  return CHECKED_VENDORS.has(vendor) ? after(now, FIRST_CHECK_MS) : null;
}

/** Plans the next try after a use or a try, by the state it led to. */
export function planNextCheck(connection: Checked, now: Date): void {
  if (connection.state !== 'ERROR') connection.checkFailures = 0;
  connection.nextCheckAt = nextCheckOf(connection, now);
}

/** A refused credential is not tried again until another one takes its place, or somebody has used it. */
function nextCheckOf(connection: Checked, now: Date): Date | null {
  // A grant is tried by renewing its token.
  if (connection.accountId !== null || !CHECKED_VENDORS.has(connection.vendor)) return null;
  if (connection.state === 'DISCONNECTED') return null;
  if (connection.state !== 'ERROR') return after(now, CHECKED_EVERY_MS);
  const pauseMs = RETRY_FIRST_MS * 2 ** Math.min(Math.max(connection.checkFailures - 1, 0), 20);
  return after(now, Math.min(RETRY_MAX_MS, pauseMs));
}

/** When it is tried again after nobody could ask the vendor. */
export function afterOwnerAway(now: Date): Date {
  return after(now, OWNER_AWAY_MS);
}

/** When a connection is looked at by itself: its token renewed, or its credential tried; null where its use alone tells. */
export function nextLookAt(connection: Connection): Date | null {
  return connection.accountId === null ? connection.nextCheckAt : nextRefreshOf(connection);
}
