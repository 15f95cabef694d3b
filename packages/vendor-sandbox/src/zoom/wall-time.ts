/** Whether a name is a time zone of the IANA data base. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The moment at which clocks in a zone show this time. Wall times are Dates whose UTC fields are the clock's.
 * A time that the zone skips in spring becomes the moment after the gap.
 */
export function fromWallTime(wall: Date, timeZone: string): Date {
  const guess = new Date(wall.getTime() - offsetMs(wall, timeZone));
  // The offset is taken again at the guess, because it may differ from the one at the wall time read as UTC.
  return new Date(wall.getTime() - offsetMs(guess, timeZone));
}

/** What clocks in a zone show at this moment. */
export const toWallTime = (moment: Date, timeZone: string): Date =>
  new Date(moment.getTime() + offsetMs(moment, timeZone));

function offsetMs(moment: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(moment);
  const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    field('year'),
    field('month') - 1,
    field('day'),
    field('hour'),
    field('minute'),
    field('second'),
  );
  return shown - Math.floor(moment.getTime() / 1_000) * 1_000;
}
