import process from 'node:process';
import { ConfigError, type ConfigShape } from '@switchboard/config';
import { AppError } from '@switchboard/errors';
import { stopOnSignals } from '@switchboard/lifecycle';
import type { ServiceDefinition } from './definition.ts';
import { migrateService } from './migrate-service.ts';
import { startService } from './start-service.ts';

/**
 * The main of every service: starts it, stops it cleanly on SIGTERM and SIGINT, says in one line why it cannot start.
 * With the argument `migrate` it brings the schema up to date instead, and ends.
 */
export async function runService<S extends ConfigShape>(definition: ServiceDefinition<S>): Promise<void> {
  const command = process.argv[2];
  try {
    if (command === undefined) await serve(definition);
    else if (command === 'migrate')
      await migrateService(definition as unknown as ServiceDefinition, process.env);
    else
      throw new AppError('INVALID_INPUT', `"${command}" is no command; there is migrate, and none to serve`);
  } catch (thrown) {
    const expected = thrown instanceof ConfigError || thrown instanceof AppError;
    process.stderr.write(`${definition.name}: ${expected ? thrown.message : describe(thrown)}\n`);
    process.exit(1);
  }
}

async function serve<S extends ConfigShape>(definition: ServiceDefinition<S>): Promise<void> {
  const stopInOrder = stopOnSignals();
  const service = await startService(definition, process.env);
  stopInOrder(service.logger, async () => {
    await service.drain();
    await service.stop();
  });
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
