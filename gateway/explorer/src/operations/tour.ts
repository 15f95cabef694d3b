import { account } from './account.ts';
import { meetings } from './meetings.ts';
import type { TourGroup, TourOperation } from './operation.ts';
import { telephony } from './telephony.ts';

/** Everything ready-made, in the order of the tour. */
export const TOUR: readonly TourGroup[] = [account, telephony, meetings];

/** The ready-made operation of this name. */
export function findOperation(name: string | null | undefined): TourOperation | undefined {
  return TOUR.flatMap(({ operations }) => operations).find((operation) => operation.name === name);
}
