import { account } from './account.ts';
import { audit } from './audit.ts';
import { billing } from './billing.ts';
import { mail } from './mail.ts';
import { meetings } from './meetings.ts';
import type { TourGroup, TourOperation } from './operation.ts';
import { telephony } from './telephony.ts';

/** Everything ready-made, in the order of the tour. */
export const TOUR: readonly TourGroup[] = [account, telephony, billing, meetings, mail, audit];

/** The ready-made operation of this name. */
export function findOperation(name: string | null | undefined): TourOperation | undefined {
  return TOUR.flatMap(({ operations }) => operations).find((operation) => operation.name === name);
}
