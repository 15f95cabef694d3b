import { createLogger } from '@switchboard/observability';
import { Database, type DatabaseOptions } from '@switchboard/storage';
import { memoryDatabase } from './memory-database.ts';
import { findPostgres, startPostgres, type TestPostgres } from './postgres.ts';

type Schema = Pick<DatabaseOptions, 'service' | 'entities' | 'migrations'>;

/** A test's many parallel transactions wait for each other on a slow machine; that is no outage. */
const PATIENCE_MS = 30_000;

/** One of the databases that everything must hold on. */
export interface DatabaseKind {
  readonly name: 'PGlite' | 'PostgreSQL';
  /** An empty, migrated database of its own. */
  open(schema: Schema): Promise<Database>;
  /** Ends what `open` started. */
  stop(): Promise<void>;
}

/** PGlite always, PostgreSQL where this machine has it: `describe.each(databaseKinds())`. */
export function databaseKinds(): DatabaseKind[] {
  const embedded: DatabaseKind = { name: 'PGlite', open: memoryDatabase, stop: async () => {} };
  const programs = findPostgres();
  if (!programs) return [embedded];
  let server: Promise<TestPostgres> | undefined;
  const postgres: DatabaseKind = {
    name: 'PostgreSQL',
    async open(schema) {
      server ??= startPostgres(programs);
      const { createDatabase } = await server;
      const logger = createLogger(schema.service, { level: 'silent' });
      return Database.open({
        ...schema,
        logger,
        location: { kind: 'postgres', url: createDatabase(), connectTimeoutMs: PATIENCE_MS },
      });
    },
    async stop() {
      await (await server)?.stop();
    },
  };
  return [embedded, postgres];
}
