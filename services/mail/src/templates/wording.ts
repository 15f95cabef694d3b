const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long until a moment, in whole days, hours or minutes, rounded up: "7 days", "1 hour". */
export function spanUntil(end: Date, now: Date): string {
  const leftMs = Math.max(MINUTE_MS, end.getTime() - now.getTime());
  if (leftMs > DAY_MS) return count(Math.ceil(leftMs / DAY_MS), 'day');
  if (leftMs > 50 * MINUTE_MS) return count(Math.ceil(leftMs / HOUR_MS), 'hour');
  return count(Math.ceil(leftMs / MINUTE_MS), 'minute');
}

function count(quantity: number, unit: string): string {
  return `${quantity} ${unit}${quantity === 1 ? '' : 's'}`;
}

/**
 * A meeting's time as its own time zone shows it, with the zone's name, because the recipient may live in
 * another: "Friday 20 November 2026, 10:30 to 11:15 (Europe/Zurich, GMT+1)".
 */
export function meetingTime(startsAt: Date, durationMinutes: number, timeZone: string): string {
  const endsAt = new Date(startsAt.getTime() + durationMinutes * MINUTE_MS);
  const date = (moment: Date): string =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
    })
      .format(moment)
      .replace(/^(\w+),? /, '$1 ');
  const time = (moment: Date): string =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(moment);
  const offset = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'shortOffset' })
    .formatToParts(startsAt)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const sameDay = date(startsAt) === date(endsAt);
  const end = sameDay ? time(endsAt) : `${date(endsAt)}, ${time(endsAt)}`;
  return `${date(startsAt)}, ${time(startsAt)} to ${end} (${[timeZone, offset].filter(Boolean).join(', ')})`;
}
