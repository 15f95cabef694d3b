import process from 'node:process';
import type { Logger } from '@switchboard/observability';

/** `npm start` and most orchestrators kill after 10 s. */
const DEADLINE_MS = 9_000;

/**
 * @param stop resolves when everything has ended. When it fails, or takes longer than the deadline, the process ends with 1.
 */
export type StopInOrder = (logger: Logger, stop: () => Promise<void>) => void;

/**
 * Ends the process at SIGTERM and SIGINT. To be called first: the first process of a container ignores what it does not
 * handle.
 * @returns how it ends once it has started; until that is called it ends at once, with 0.
 */
export function stopOnSignals(deadlineMs = DEADLINE_MS): StopInOrder {
  let end = async (_signal: string): Promise<void> => process.exit(0);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
  return (logger, stop) => {
    end = async (signal) => {
      end = async () => {};
      logger.info({ signal }, 'stopping');
      setTimeout(() => {
        logger.error('did not stop in time');
        process.exit(1);
      }, deadlineMs).unref();
      try {
        await stop();
      } catch (err) {
        logger.error({ err }, 'did not stop in order');
        process.exit(1);
      }
      logger.info('stopped');
      process.exit(0);
    };
  };
}
