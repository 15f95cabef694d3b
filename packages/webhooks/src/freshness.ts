import { AppError } from '@switchboard/errors';

const TOLERANCE_S = 300;

/**
 * Refuses a callback signed more than 300 seconds ago, or ahead (some SDKs let the future pass).
 * @param signedAtS epoch seconds of the signature.
 * @throws AppError REJECTED
 */
export function requireFresh(signedAtS: number, receivedAt: Date): void {
  const ageS = Math.abs(receivedAt.getTime() / 1000 - signedAtS);
  // A timestamp that is no number is not fresh either.
  if (!(ageS <= TOLERANCE_S)) throw new AppError('REJECTED', `webhook signed ${ageS} s away from now`);
}
