import type { EventTx } from '@switchboard/messaging';
import { SessionRevocationReason } from '@switchboard/proto-schemas';
import { Identity } from '../../domain/identity.ts';
import { RecoveryCode, SecondFactor } from '../../domain/second-factor.ts';
import { revokeSessionsOf } from '../sessions/revoke-sessions.ts';

/**
 * Ends every way in to an account whose address nobody had proven, when the owner of the address turns up: whoever made
 * it may have waited for that. The password is the caller's to replace.
 */
export async function forgetUnproven(tx: EventTx, userId: string, now: Date): Promise<void> {
  await tx.em.nativeDelete(Identity, { userId });
  await tx.em.nativeDelete(SecondFactor, { userId });
  await tx.em.nativeDelete(RecoveryCode, { userId });
  await revokeSessionsOf(tx, userId, SessionRevocationReason.PASSWORD_CHANGED, now);
}
