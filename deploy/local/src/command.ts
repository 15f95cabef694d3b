import { AppError } from '@switchboard/errors';
import { Problem } from './problem.ts';

/** Runs a command to its exit code; what the person can mend is one line on stderr. */
export async function runCommand(work: () => Promise<number>): Promise<never> {
  try {
    process.exit(await work());
  } catch (failure) {
    console.error(isForThePerson(failure) ? failure.message : failure);
    process.exit(1);
  }
}

function isForThePerson(failure: unknown): failure is Error {
  if (failure instanceof Problem || failure instanceof AppError) return true;
  return failure instanceof Error && 'code' in failure && String(failure.code).startsWith('ERR_PARSE_ARGS');
}
