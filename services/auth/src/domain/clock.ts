/** The time as the service sees it; tests hand in their own. */
export type Clock = () => Date;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A moment `ms` milliseconds after another. */
export function after(moment: Date, ms: number): Date {
  return new Date(moment.getTime() + ms);
}
