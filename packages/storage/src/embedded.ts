import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { createPostgreSqlTypeParsers } from '@mikro-orm/sql';
import array from 'postgres-array';
import { lockFolder } from './folder-lock.ts';
import { prepareFolder } from './pglite-folder.ts';

// V8 would go on to optimise what it compiled of the database, on other cores. That took 1.5 s of processor time per
// process and gave none of it back within 60,000 statements.
for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);

/** A PGlite of ours. We open it ourselves because the ORM's options cannot carry an image to start from. */
export interface Embedded {
  readonly pglite: PGlite;
  close(): Promise<void>;
}

const parsers = createPostgreSqlTypeParsers((text) => array.parse(text));

/** @throws AppError CONFLICT when another process holds the folder, or when it is no database. */
export async function openFolder(dataDir: string, service: string): Promise<Embedded> {
  const folder = await prepareFolder(dataDir, service);
  const release = lockFolder(`${folder}.lock`);
  try {
    const pglite = await PGlite.create({ dataDir: folder, parsers });
    return { pglite, close: () => pglite.close().finally(release) };
  } catch (thrown) {
    release();
    throw thrown;
  }
}

/** @param image a dump to start from; an empty database otherwise. */
export async function openMemory(image: Blob | undefined): Promise<Embedded> {
  const pglite = await PGlite.create({ parsers, ...(image && { loadDataDir: image }) });
  return { pglite, close: () => pglite.close() };
}

/** A dump of a database with nothing in it. */
export async function emptyImage(): Promise<Blob> {
  const pglite = await PGlite.create();
  try {
    return await pglite.dumpDataDir('none');
  } finally {
    await pglite.close();
  }
}
