import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@switchboard/observability';
import { Database, type DatabaseOptions } from '@switchboard/storage';

type Schema = Pick<DatabaseOptions, 'service' | 'entities' | 'migrations'>;

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/switchboard/databases');

/** A migrated database in memory, empty and this test's own. */
export async function memoryDatabase(schema: Schema): Promise<Database> {
  return open(schema, await databaseImage(schema));
}

/**
 * The image of a migrated, empty database. Initialising one takes seconds, so an image per schema is kept on disk
 * and every test starts from it.
 */
export async function databaseImage(schema: Schema): Promise<Blob> {
  const key = createHash('sha256').update(JSON.stringify(schema.migrations)).digest('hex').slice(0, 16);
  return kept(`${schema.service}-${key}`, async () => {
    const database = await open(schema, await kept('empty', Database.emptyImage));
    try {
      return await database.dump();
    } finally {
      await database.close();
    }
  });
}

async function kept(name: string, make: () => Promise<Blob>): Promise<Blob> {
  const file = join(CACHE, `${name}.tar`);
  if (existsSync(file)) return new Blob([readFileSync(file)]);
  const image = await make();
  mkdirSync(CACHE, { recursive: true });
  // Renamed last: two test files may make the same image at the same moment.
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, Buffer.from(await image.arrayBuffer()));
  renameSync(unfinished, file);
  return image;
}

function open(schema: Schema, image: Blob | undefined): Promise<Database> {
  const logger = createLogger(schema.service, { level: 'silent' });
  return Database.open({ ...schema, logger, location: { kind: 'memory', image } });
}
