import { readFile } from 'node:fs/promises';
import type { Logger } from '@switchboard/observability';

/** How often the file is read. Notifications would miss volumes of Kubernetes, which replace a link to a folder. */
const LOOK_MS = 1_000;

/**
 * The supergraph to begin with: the file's, or else the one that came with the gateway, which is as old as its image
 * but whole.
 * @param load rejects what cannot be served. @throws Error when neither can.
 */
export async function firstSupergraph<T>(
  file: string,
  builtIn: string,
  load: (sdl: string) => Promise<T>,
  logger: Logger,
): Promise<T> {
  try {
    return await load(await readFile(file, 'utf8'));
  } catch (err) {
    if (file === builtIn) throw err;
    logger.error({ err, file }, 'supergraph not loaded; serving the one that came with the gateway');
    return load(await readFile(builtIn, 'utf8'));
  }
}

/**
 * Offers the file's content whenever it changes.
 * @param replace rejects what cannot be served; then the last good one stays, and the log says why.
 * @returns ends it.
 */
export function followSupergraph(
  file: string,
  replace: (sdl: string) => Promise<void>,
  logger: Logger,
): () => void {
  let offered: string | undefined;
  const look = async () => {
    // Missing for a moment while somebody replaces it.
    const sdl = await readFile(file, 'utf8').catch(() => offered);
    if (sdl === undefined || sdl === offered) return;
    offered = sdl;
    await replace(sdl).catch((err: unknown) => {
      logger.error({ err, file }, 'supergraph refused; the last good one stays');
    });
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return () => clearInterval(timer);
}
