import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { AppError } from '@switchboard/errors';
import { lockFolder } from './folder-lock.ts';

const POLL_MS = 50;
const TEMPLATE_DEADLINE_MS = 60_000;

/**
 * Makes sure a data folder exists. Initialising one takes seconds of processor time, so the first service to
 * come initialises a template beside the folders and everyone copies it.
 * @throws AppError UNAVAILABLE when another process never finishes the template.
 */
export async function prepareFolder(dataDir: string, service: string): Promise<string> {
  const folder = join(dataDir, service);
  if (existsSync(join(folder, 'PG_VERSION'))) return folder;
  if (existsSync(folder)) {
    throw new AppError(
      'CONFLICT',
      `${folder} is not a database folder; move it away or use another DATA_DIR`,
    );
  }
  const template = await ensureTemplate(dataDir);
  const copying = `${folder}.copying`;
  rmSync(copying, { recursive: true, force: true });
  cpSync(template, copying, { recursive: true });
  // Renamed last: a crash while copying must not leave half a database under the real name.
  renameSync(copying, folder);
  return folder;
}

async function ensureTemplate(dataDir: string): Promise<string> {
  const template = join(dataDir, 'template');
  mkdirSync(dataDir, { recursive: true });
  const deadline = Date.now() + TEMPLATE_DEADLINE_MS;
  while (!existsSync(template)) {
    const release = tryLock(`${template}.lock`);
    if (release) {
      try {
        if (!existsSync(template)) await initialise(template);
      } finally {
        release();
      }
    } else if (Date.now() > deadline) {
      throw new AppError('UNAVAILABLE', `${template} was not finished by the process that holds its lock`);
    } else {
      await wait(POLL_MS);
    }
  }
  return template;
}

function tryLock(file: string): (() => void) | undefined {
  try {
    return lockFolder(file);
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFLICT') return undefined;
    throw error;
  }
}

async function initialise(template: string): Promise<void> {
  const unfinished = `${template}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const pglite = await PGlite.create({ dataDir: unfinished });
  await pglite.close();
  renameSync(unfinished, template);
}
