import { DAY_MS, HOUR_MS, MINUTE_MS } from './clock.ts';
import { sha256 } from './digest.ts';

/** How many attempts of one kind are let through in a window that begins with the first. */
export interface AttemptLimit {
  readonly name: string;
  readonly attemptsMax: number;
  readonly windowMs: number;
}

/** Wrong passwords for one address: the lockout, whether or not the address has an account. */
export const SIGN_IN_PER_ACCOUNT: AttemptLimit = {
  name: 'sign-in/account',
  attemptsMax: 10,
  windowMs: 15 * MINUTE_MS,
};
/** Wrong passwords from one network address, over all accounts. */
export const SIGN_IN_PER_IP: AttemptLimit = {
  name: 'sign-in/ip',
  attemptsMax: 100,
  windowMs: 15 * MINUTE_MS,
};
/** Sign-ups from one network address, because their answer tells whether an address is taken. */
export const SIGN_UP_PER_IP: AttemptLimit = { name: 'sign-up/ip', attemptsMax: 1_000, windowMs: HOUR_MS };
/** Sign-ins elsewhere begun from one network address: each leaves a row. */
export const SIGN_IN_START_PER_IP: AttemptLimit = {
  name: 'sign-in-start/ip',
  attemptsMax: 1_000,
  windowMs: HOUR_MS,
};
/** Mails that one address can be made to receive. */
export const RESET_PER_ACCOUNT: AttemptLimit = { name: 'reset/account', attemptsMax: 5, windowMs: HOUR_MS };
export const RESET_PER_IP: AttemptLimit = { name: 'reset/ip', attemptsMax: 100, windowMs: HOUR_MS };
export const VERIFICATION_PER_USER: AttemptLimit = {
  name: 'verification/user',
  attemptsMax: 5,
  windowMs: HOUR_MS,
};
/** Mails that one invitation can be made to send again. */
export const RESEND_PER_INVITATION: AttemptLimit = {
  name: 'resend/invitation',
  attemptsMax: 5,
  windowMs: HOUR_MS,
};
/** Workspaces that one user can make; each is a room in every service. */
export const WORKSPACE_PER_USER: AttemptLimit = {
  name: 'workspace/user',
  attemptsMax: 20,
  windowMs: HOUR_MS,
};

/** Copies and erasures that one user can ask for; each is work for every service. */
export const DATA_REQUEST_PER_USER: AttemptLimit = {
  name: 'data-request/user',
  attemptsMax: 10,
  windowMs: DAY_MS,
};

/** Wrong codes of one user, over all sign-ins. */
export const FACTOR_PER_USER: AttemptLimit = { name: 'factor/user', attemptsMax: 10, windowMs: HOUR_MS };
/** Wrong codes from one network address, over all users. */
export const FACTOR_PER_IP: AttemptLimit = { name: 'factor/ip', attemptsMax: 10, windowMs: HOUR_MS };
/** Codes that one user can have sent. */
export const CODE_PER_USER: AttemptLimit = { name: 'code/user', attemptsMax: 5, windowMs: HOUR_MS };
/** The counter's key. Hashed: the table of counters shall not be a list of addresses. */
export function bucketOf(limit: AttemptLimit, subject: string): string {
  return `${limit.name}/${sha256(subject)}`;
}
