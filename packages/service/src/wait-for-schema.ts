import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '@switchboard/errors';
import type { Logger } from '@switchboard/observability';
import type { Database } from '@switchboard/storage';

const POLL_MS = 1_000;
const NAMED_MAX = 3;

/**
 * Waits until the schema has every step that this version knows. Whoever runs the steps may be late, and the database
 * may be away: both are said once, and again when they change.
 * @param say gets what is waited for, in a line for the operator.
 */
export async function waitForSchema(
  name: string,
  database: Pick<Database, 'missingSteps'>,
  logger: Logger,
  say: (reason: string) => void,
  pollMs = POLL_MS,
): Promise<void> {
  let said = '';
  for (;;) {
    const reason = await whatIsMissing(name, database);
    if (reason === undefined) return;
    say(reason);
    if (reason !== said) logger.warn({ reason }, 'waiting');
    said = reason;
    await pause(pollMs);
  }
}

async function whatIsMissing(
  name: string,
  database: Pick<Database, 'missingSteps'>,
): Promise<string | undefined> {
  try {
    const missing = await database.missingSteps();
    if (missing.length === 0) return undefined;
    const rest = missing.length > NAMED_MAX ? ` and ${missing.length - NAMED_MAX} more` : '';
    const steps = `${missing.slice(0, NAMED_MAX).join(', ')}${rest}`;
    return `the schema is older than this version, it lacks ${steps}: run the command migrate of ${name}`;
  } catch (thrown) {
    const error = AppError.from(thrown);
    return error.code === 'UNAVAILABLE' ? 'database is away' : `the schema cannot be read: ${error.message}`;
  }
}
