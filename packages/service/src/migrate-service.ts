import { readFileSync } from 'node:fs';
import { type ConfigShape, type Environment, parseConfig } from '@switchboard/config';
import { createLogger } from '@switchboard/observability';
import { Database } from '@switchboard/storage';
import { z } from 'zod';
import type { ServiceDefinition } from './definition.ts';
import { databaseUrl, SHARED } from './host-config.ts';
import { migrationsOf } from './start-service.ts';

/** The variables of a service's command `migrate`; the service's own are not needed for it. */
export function migrateShape(name: string): ConfigShape {
  const prefix = name.toUpperCase();
  return {
    base: z.object({
      LOG_LEVEL: SHARED.shape.LOG_LEVEL,
      [`${prefix}_DATABASE_URL`]: databaseUrl.meta({
        secret: true,
        description: 'PostgreSQL database, as the service itself connects to it.',
      }),
      [`${prefix}_MIGRATION_DATABASE_URL`]: databaseUrl.optional().meta({
        secret: true,
        description:
          'The same database as the user who owns its schema. The user of the other URL is then given rows, and no right to change the schema.',
      }),
    }),
  };
}

/**
 * Brings a service's schema up to date, and lets the service's user at its rows.
 * @returns the names of the steps that ran now.
 * @throws ConfigError or AppError; running it again is safe.
 */
export async function migrateService(
  definition: ServiceDefinition,
  environment: Environment,
): Promise<string[]> {
  const { name, entities } = definition;
  const values: Record<string, unknown> = parseConfig(migrateShape(name), environment, (path) =>
    readFileSync(path, 'utf8'),
  );
  const prefix = name.toUpperCase();
  const serviceUrl = values[`${prefix}_DATABASE_URL`] as string;
  const ownerUrl = (values[`${prefix}_MIGRATION_DATABASE_URL`] as string | undefined) ?? serviceUrl;
  const serviceUser = userOf(serviceUrl);
  const logger = createLogger(name, { level: values.LOG_LEVEL as string });
  const ran = await Database.migrate({
    service: name,
    entities,
    migrations: migrationsOf(definition),
    logger,
    location: { kind: 'postgres', url: ownerUrl },
    ...(serviceUser !== userOf(ownerUrl) && { serviceUser }),
  });
  logger.info({ steps: ran }, ran.length > 0 ? 'schema is up to date now' : 'schema was up to date');
  return ran;
}

function userOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}
