import process from 'node:process';
import { ConfigError, type ConfigShape } from '@switchboard/config';
import { AppError } from '@switchboard/errors';
import type { ServiceDefinition } from './definition.ts';
import { startService } from './start-service.ts';

const STOP_DEADLINE_MS = 9_000;

/** The main of every service: starts it, stops it cleanly on SIGTERM and SIGINT, says in one line why it cannot start. */
export async function runService<S extends ConfigShape>(definition: ServiceDefinition<S>): Promise<void> {
  let stopping = false;
  try {
    const service = await startService(definition, process.env);
    const stop = async (signal: string): Promise<void> => {
      if (stopping) return;
      stopping = true;
      service.logger.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
      await service.stop();
      process.exit(0);
    };
    process.once('SIGTERM', (signal) => void stop(signal));
    process.once('SIGINT', (signal) => void stop(signal));
  } catch (thrown) {
    const expected = thrown instanceof ConfigError || thrown instanceof AppError;
    process.stderr.write(`${definition.name}: ${expected ? thrown.message : describe(thrown)}\n`);
    process.exit(1);
  }
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
