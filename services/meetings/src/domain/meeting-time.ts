import { invalidInput } from '@switchboard/errors';

const DURATION_MAX_MINUTES = 1_440;
/** For clocks that differ, and for "now" that took a while to get here. */
const GRACE_MS = 5 * 60_000;

/** When a meeting takes place. The start is a moment; the zone only says how to show it, also across DST. */
export interface MeetingTime {
  readonly startsAt: Date;
  readonly durationMinutes: number;
  /** IANA name. */
  readonly timeZone: string;
}

/** @throws AppError INVALID_INPUT unless it lies ahead and takes 1 minute to 24 hours. */
export function requirePlannable({ startsAt, durationMinutes }: MeetingTime, now = new Date()): void {
  if (startsAt.getTime() < now.getTime() - GRACE_MS) {
    throw invalidInput('startsAt must lie in the future.', { argument: 'input.startsAt' });
  }
  if (!Number.isInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > DURATION_MAX_MINUTES) {
    throw invalidInput(`durationMinutes must be between 1 and ${DURATION_MAX_MINUTES}.`, {
      argument: 'input.durationMinutes',
    });
  }
}
