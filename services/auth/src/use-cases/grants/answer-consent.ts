import { type Database, SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { Consent, hashState, isUnderWay } from '../../domain/consent.ts';
import type { ConsentVendor } from '../../domain/consent-vendors.ts';
import { withParameters } from '../../domain/return-url.ts';

/** What a vendor put into the address it sent the person back to. */
export interface VendorAnswer {
  readonly state: string;
  /** Absent when the person refused. */
  readonly code: string | undefined;
  /** Such as `access_denied` (RFC 6749, 4.1.2.1). */
  readonly error: string | undefined;
}

/**
 * Sends a person on to where they came from, with the vendor's code. Nothing is done with the code here: whoever
 * follows a link has no session to show, so the front end hands it in with its own, and a link that was sent to
 * somebody else connects nothing.
 */
export class AnswerConsent {
  constructor(
    private readonly database: Database,
    private readonly now: Clock,
  ) {}

  /** @returns where to send the person; `undefined` for a state that is unknown, used or late. */
  async execute(vendor: ConsentVendor, { state, code, error }: VendorAnswer): Promise<string | undefined> {
    const consent = await this.database.read(SYSTEM, (em) =>
      em.findOne(Consent, { stateHash: hashState(state), vendor }),
    );
    if (!consent || !isUnderWay(consent, this.now())) return undefined;
    const answered = code === undefined ? { error: error ?? 'access_denied' } : { code };
    return withParameters(consent.returnUrl, { state, ...answered });
  }
}
