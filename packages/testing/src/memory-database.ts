import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@switchboard/observability';
import { Database, type DatabaseOptions } from '@switchboard/storage';

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/switchboard/databases');

/**
 * A migrated database in memory. Initialising one takes seconds, so an image per schema is kept on disk and
 * every test starts from it.
 */
export async function memoryDatabase(
  schema: Pick<DatabaseOptions, 'service' | 'entities' | 'migrations'>,
): Promise<Database> {
  const options = { ...schema, logger: createLogger(schema.service, { level: 'silent' }) };
  const key = createHash('sha256').update(JSON.stringify(schema.migrations)).digest('hex').slice(0, 16);
  const file = join(CACHE, `${schema.service}-${key}.tar`);
  if (existsSync(file)) {
    const image = new Blob([readFileSync(file)]);
    return Database.open({ ...options, location: { kind: 'memory', image } });
  }
  const database = await Database.open({ ...options, location: { kind: 'memory' } });
  const image = await database.dump();
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, Buffer.from(await image.arrayBuffer()));
  renameSync(unfinished, file);
  return database;
}
