import { createHash } from 'node:crypto';
import type { Secret } from '@switchboard/observability';
import type { Candidate } from './candidate.ts';
import { PLATFORM_WORKSPACE } from './connection.ts';
import type { Secrets, Vendor } from './vendors.ts';

/** A connection of the installation itself: its secrets come from the configuration. */
export interface PlatformConnection extends Candidate {
  readonly vendor: Vendor;
  readonly secrets: Secret<Secrets>;
}

/** How webhook addresses name the platform's connection of a vendor: the real one, or the sandbox's until there is one. */
export const PLATFORM_ALIAS = 'platform';

/** How they name the platform's connection to the vendor sandbox, whatever else is configured. */
export const SANDBOX_ALIAS = 'sandbox';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID_LENGTH = 26;

/** A connection that keeps its id across restarts; the live one and the sandbox one are never mistaken for each other. */
export function platformConnection(
  vendor: Vendor,
  sandbox: boolean,
  secrets: Secret<Secrets>,
): PlatformConnection {
  return {
    id: `con_${ulidFor(`platform/${vendor}/${sandbox ? 'sandbox' : 'live'}`)}`,
    workspaceId: PLATFORM_WORKSPACE,
    ownerKind: 'PLATFORM',
    userId: null,
    vendor,
    sandbox,
    testOnly: false,
    secrets,
  };
}

/** 128 bits of a name's hash in the form of a ULID. */
function ulidFor(name: string): string {
  let bits = BigInt(`0x${createHash('sha256').update(name).digest('hex').slice(0, 32)}`);
  let text = '';
  for (let n = 0; n < ULID_LENGTH; n += 1) {
    text = `${CROCKFORD[Number(bits & 31n)]}${text}`;
    bits >>= 5n;
  }
  return text;
}
