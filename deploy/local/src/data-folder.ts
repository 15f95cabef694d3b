import { access, constants, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from './problem.ts';

/** Raised whenever an older program could misread the folder. */
const LAYOUT = 1;

/** What may be there before a first start has come to its end. */
const NOT_DATA = new Set(['bin', 'keys', 'run.json', 'run.json.new', 'version.json.new']);

/**
 * Creates the folder, or checks that this version can use it.
 * `isNew` until `markDataFolder` was called, which is done once the keys exist.
 * @throws {Problem}
 */
export async function openDataFolder(dataDir: string): Promise<{ isNew: boolean }> {
  await makeFolder(dataDir);
  const versionFile = join(dataDir, 'version.json');
  const text = await readFile(versionFile, 'utf8').catch(() => undefined);
  if (text !== undefined) {
    requireLayout(dataDir, versionFile, text);
    return { isNew: false };
  }
  const entries = (await readdir(dataDir)).filter((name) => !NOT_DATA.has(name) && !name.startsWith('.'));
  if (entries.length > 0) {
    throw new Problem(
      `${dataDir} holds files but no version.json: it is damaged or not a data folder of Switchboard. Set DATA_DIR to another folder, or move this one away.`,
    );
  }
  return { isNew: true };
}

/** Checks a folder that must be an installation's already; makes nothing. @throws {Problem} */
export async function requireDataFolder(dataDir: string): Promise<void> {
  const versionFile = join(dataDir, 'version.json');
  const text = await readFile(versionFile, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new Problem(`${dataDir} holds no installation. Set DATA_DIR as it was for npm start.`);
  requireLayout(dataDir, versionFile, text);
}

/** Records the layout; from here on a missing key is a damage. */
export async function markDataFolder(dataDir: string): Promise<void> {
  const versionFile = join(dataDir, 'version.json');
  await writeFile(`${versionFile}.new`, `${JSON.stringify({ layout: LAYOUT })}\n`);
  await rename(`${versionFile}.new`, versionFile);
}

async function makeFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    if (!(await stat(dataDir)).isDirectory()) throw new Error('not a folder');
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (failure) {
    const code = (failure as NodeJS.ErrnoException).code ?? (failure as Error).message;
    throw new Problem(
      `DATA_DIR ${dataDir} cannot be used (${code}). Set DATA_DIR to a folder you may write to.`,
    );
  }
}

function requireLayout(dataDir: string, versionFile: string, text: string): void {
  const layout = layoutOf(text);
  if (layout === LAYOUT) return;
  const wayOut = `move it away (mv ${dataDir} ${dataDir}.old) to start with an empty one`;
  if (layout === undefined) {
    throw new Problem(`${versionFile} is damaged. Restore the data folder from a copy, or ${wayOut}.`);
  }
  const writer = layout > LAYOUT ? 'a newer' : 'an older';
  throw new Problem(
    `${dataDir} was written by ${writer} Switchboard (layout ${layout}, this one reads ${LAYOUT}). Use that version, set DATA_DIR to another folder, or ${wayOut}.`,
  );
}

function layoutOf(text: string): number | undefined {
  try {
    const { layout } = JSON.parse(text);
    return Number.isInteger(layout) ? layout : undefined;
  } catch {
    return undefined;
  }
}
