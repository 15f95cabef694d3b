import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withDatabase } from './dead-database.ts';

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/switchboard/template-folder');

/**
 * Gives a data folder the template that its first service would make. Initialising one takes seconds of processor
 * time, so it is kept from one test to the next.
 */
export async function copyTemplate(dataDir: string): Promise<void> {
  if (!existsSync(CACHE)) await makeTemplate();
  cpSync(CACHE, join(dataDir, 'template'), { recursive: true });
}

async function makeTemplate(): Promise<void> {
  mkdirSync(join(CACHE, '..'), { recursive: true });
  const folder = mkdtempSync(`${CACHE}-`);
  await withDatabase('first', { kind: 'embedded', dataDir: folder }, async () => {});
  try {
    // Renamed last; another test file may have been faster.
    renameSync(join(folder, 'template'), CACHE);
  } catch {
    if (!existsSync(CACHE)) throw new Error(`${CACHE} cannot be made`);
  }
  rmSync(folder, { recursive: true, force: true });
}
