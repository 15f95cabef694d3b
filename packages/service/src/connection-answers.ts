import { AppError, type FailureCode } from '@switchboard/errors';
import { ConnectionsService } from '@switchboard/proto-schemas';
import {
  type CredentialChecker,
  type CredentialLender,
  type ProviderRegistry,
  requireRole,
} from '@switchboard/providers';
import { type Answers, answers } from './definition.ts';

/** More than a vendor may take for one answer: mail servers are asked several things in a row. */
const CHECK_TIMEOUT_MS = 8_000;

/** What a provider must be able to do for its connections to be tried. */
export interface CheckedProvider {
  readonly id: string;
  readonly checker?: CredentialChecker;
}

/**
 * Answers auth, and nobody else, how a connection fares at its vendor. What is thrown says nothing about the connection:
 * that there is none, that this service does not know the vendor, or that auth did not lend.
 */
export function connectionAnswers(
  lender: Pick<CredentialLender, 'lendAnew'>,
  providers: ProviderRegistry<CheckedProvider>,
): Answers {
  return answers(ConnectionsService, {
    async check({ connectionId, vendor }, { asker }) {
      if (asker !== 'auth') throw new AppError('FORBIDDEN', `${asker} asked how a connection fares`);
      const checker = requireRole(providers.get(vendor), 'checker');
      const credential = await lender.lendAnew({ vendor, connectionId, mode: 'live' });
      const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
      const outcome = checker.check({ credential, idempotencyKey: connectionId, signal });
      return { errorCode: await outcome.then(() => '', errorCodeOf) };
    },
  });
}

/** A read has no outcome to be unknown: an answer that was lost did not come. */
const ERROR_CODES: Partial<Record<FailureCode, string>> = {
  RECONNECT_REQUIRED: 'RECONNECT_REQUIRED',
  UNAUTHENTICATED: 'RECONNECT_REQUIRED',
  UNAVAILABLE: 'UNAVAILABLE',
  OUTCOME_UNKNOWN: 'UNAVAILABLE',
  RATE_LIMITED: 'RATE_LIMITED',
};

function errorCodeOf(thrown: unknown): string {
  return ERROR_CODES[AppError.from(thrown).code] ?? 'INTERNAL';
}
