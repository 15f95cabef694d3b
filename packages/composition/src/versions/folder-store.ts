import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@switchboard/errors';
import { supergraphHash } from './supergraph-hash.ts';
import {
  type NewVersion,
  type SupergraphStore,
  type SupergraphVersion,
  VERSIONS_KEPT,
} from './supergraph-store.ts';

/** The first line of `current`: a comment to GraphQL. */
const HEADER = /^# supergraph version (\d+), sha256 [0-9a-f]{64}\n/;
const VERSION_FILE = /^(\d+)\.graphql$/;

/**
 * Supergraphs in a folder: `versions/<n>.graphql`, and `current`, which gateways read. Files appear whole or not at
 * all: they are written aside, forced to the disk and renamed.
 */
export class FolderStore implements SupergraphStore {
  #read: number | undefined;

  constructor(private readonly folder: string) {}

  async current(): Promise<SupergraphVersion | undefined> {
    const text = await textOf(this.#currentFile);
    const version = Number(text && HEADER.exec(text)?.[1]);
    if (text !== undefined && !Number.isSafeInteger(version)) {
      throw new AppError('INVALID_INPUT', `${this.#currentFile} was not written by this program`);
    }
    this.#read = text === undefined ? 0 : version;
    if (text === undefined) return undefined;
    const sdl = text.replace(HEADER, '');
    return { version, hash: supergraphHash(sdl), sdl };
  }

  async versions(): Promise<readonly number[]> {
    const names = await readdir(this.#versionsFolder).catch(() => []);
    return names.flatMap((name) => Number(VERSION_FILE.exec(name)?.[1]) || []).sort((a, b) => a - b);
  }

  async publish({ sdl }: Pick<NewVersion, 'sdl'>): Promise<SupergraphVersion> {
    const read = this.#read;
    const current = await this.current();
    if (read !== undefined && read !== (current?.version ?? 0)) {
      throw new AppError('CONFLICT', `version ${current?.version} was published meanwhile`);
    }
    const earlier = await this.versions();
    const version = Math.max(0, current?.version ?? 0, ...earlier) + 1;
    await mkdir(this.#versionsFolder, { recursive: true });
    await this.#claim(version, sdl);
    const published = { version, hash: supergraphHash(sdl), sdl };
    await this.#makeCurrent(published);
    const kept = new Set([...earlier, version].slice(-VERSIONS_KEPT));
    await Promise.all(earlier.filter((one) => !kept.has(one)).map((one) => rm(this.#versionFile(one))));
    return published;
  }

  async rollback(wanted?: number): Promise<SupergraphVersion> {
    const [current, versions] = [await this.current(), await this.versions()];
    const version = wanted ?? versions.filter((one) => one < (current?.version ?? 0)).at(-1);
    const sdl = version === undefined ? undefined : await textOf(this.#versionFile(version));
    if (version === undefined || sdl === undefined) {
      const known = versions.join(', ') || 'none';
      throw new AppError('NOT_FOUND', `there is no version ${wanted ?? 'before this one'}; kept: ${known}`);
    }
    const restored = { version, hash: supergraphHash(sdl), sdl };
    await this.#makeCurrent(restored);
    return restored;
  }

  get #currentFile(): string {
    return join(this.folder, 'current');
  }

  get #versionsFolder(): string {
    return join(this.folder, 'versions');
  }

  #versionFile(version: number): string {
    return join(this.#versionsFolder, `${version}.graphql`);
  }

  /** A link fails where a file is, unlike a rename: of two publishers one gets the number. */
  async #claim(version: number, sdl: string): Promise<void> {
    const aside = join(this.#versionsFolder, `.${version}.${randomUUID()}.new`);
    await writeWhole(aside, sdl);
    try {
      await link(aside, this.#versionFile(version));
    } catch (cause) {
      throw new AppError('CONFLICT', `version ${version} was published meanwhile`, { cause });
    } finally {
      await rm(aside, { force: true });
    }
    await syncFolder(this.#versionsFolder);
  }

  async #makeCurrent({ version, hash, sdl }: SupergraphVersion): Promise<void> {
    const aside = join(this.folder, `.current.${randomUUID()}.new`);
    await writeWhole(aside, `# supergraph version ${version}, sha256 ${hash}\n${sdl}`);
    await rename(aside, this.#currentFile);
    await syncFolder(this.folder);
    this.#read = version;
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return undefined;
    throw failure;
  });
}
