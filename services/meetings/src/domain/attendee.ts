import { invalidInput } from '@switchboard/errors';

const ATTENDEES_MAX = 100;

/** Somebody who is invited. */
export interface Attendee {
  /** With its domain in lower case, as the gateway asks for contacts. */
  readonly email: string;
  readonly name: string | null;
}

/** The domain of an address in lower case; the part before it belongs to the mailbox's owner (RFC 5321, 2.4). */
export function canonicalEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return email.slice(0, at) + email.slice(at).toLowerCase();
}

/** @throws AppError INVALID_INPUT for more than 100, or one address twice. */
export function toAttendees(
  wanted: readonly { readonly email: string; readonly name?: string | null | undefined }[],
): Attendee[] {
  if (wanted.length > ATTENDEES_MAX) {
    throw invalidInput(`attendees must be ${ATTENDEES_MAX} at most.`, { argument: 'input.attendees' });
  }
  const attendees = wanted.map(({ email, name }) => ({ email: canonicalEmail(email), name: name || null }));
  if (new Set(attendees.map(({ email }) => email)).size !== attendees.length) {
    throw invalidInput('attendees must not hold an address twice.', { argument: 'input.attendees' });
  }
  return attendees;
}
