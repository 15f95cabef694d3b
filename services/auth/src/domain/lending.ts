/** Which connection is lent to whom. Pure rules; the rows come from elsewhere. */
import { AppError } from '@switchboard/errors';
import type { Candidate } from './candidate.ts';
import { type Connection, OWNER_KINDS } from './connection.ts';
import { isConsentVendor, mayBorrow } from './consent-vendors.ts';
import type { Mode } from './mode.ts';
import type { PlatformConnection } from './platform-connection.ts';
import { VENDOR_SHAPES, type Vendor } from './vendors.ts';

/** A connection by consent is lent to a service that its grant is good for. */
export function isGoodFor(candidate: Connection | PlatformConnection, asker: string): boolean {
  const { vendor } = candidate;
  const scopes = 'scopes' in candidate ? candidate.scopes : null;
  return scopes === null || (isConsentVendor(vendor) && mayBorrow(vendor, scopes, asker));
}

/** For whom a credential is wanted; empty texts mean nobody in particular. */
export interface Borrower {
  readonly workspaceId: string;
  readonly userId: string;
  readonly mode: Mode;
}

/** @throws AppError FORBIDDEN unless the asker is a service that owns the vendor. */
export function requireOwnerOf(vendor: Vendor, asker: string): void {
  if (!(VENDOR_SHAPES[vendor].owners as readonly string[]).includes(asker)) {
    throw new AppError('FORBIDDEN', `${asker} does not own ${vendor}`, { publicMessage: 'Not allowed.' });
  }
}

/** Whether a connection may be lent for a borrower at all. */
export function mayLend(candidate: Candidate, borrower: Borrower): boolean {
  if (borrower.mode === 'test' && !candidate.sandbox) return false;
  if (candidate.ownerKind === 'PLATFORM') return true;
  if (borrower.workspaceId !== '' && candidate.workspaceId !== borrower.workspaceId) return false;
  if (candidate.ownerKind === 'WORKSPACE') return true;
  return borrower.userId === '' || candidate.userId === borrower.userId;
}

/**
 * The narrowest connection that fits: the user's, the workspace's, the platform's. Among equals a live one comes
 * before a sandbox one, of the platform's what a person connected before what the configuration names, and the newest
 * before older ones.
 */
export function narrowest<C extends Candidate>(candidates: readonly C[], borrower: Borrower): C | undefined {
  const fitting = candidates.filter(
    (candidate) =>
      mayLend(candidate, borrower) &&
      (candidate.ownerKind === 'PLATFORM' || candidate.workspaceId === borrower.workspaceId) &&
      // Another one's personal connection is nobody's default.
      (candidate.ownerKind !== 'USER' || candidate.userId === borrower.userId) &&
      (borrower.mode === 'test' || !candidate.testOnly),
  );
  return fitting.sort(compare)[0];
}

function compare(a: Candidate, b: Candidate): number {
  const breadth = OWNER_KINDS.indexOf(b.ownerKind) - OWNER_KINDS.indexOf(a.ownerKind);
  return (
    breadth ||
    Number(a.sandbox) - Number(b.sandbox) ||
    Number(isPlatformGrant(b)) - Number(isPlatformGrant(a)) ||
    (a.id < b.id ? 1 : -1)
  );
}

function isPlatformGrant({ ownerKind, accountId = null }: Candidate): boolean {
  return ownerKind === 'PLATFORM' && accountId !== null;
}
