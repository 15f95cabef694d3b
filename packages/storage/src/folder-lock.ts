import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { AppError } from '@switchboard/errors';

/** When a process started, so that a recycled pid is not taken for the owner. Empty where /proc is missing. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Takes the lock that PGlite itself does not: two processes on one folder silently lose half the writes.
 * @returns a function that gives the lock back.
 * @throws AppError CONFLICT when a living process holds it.
 */
export function lockFolder(file: string): () => void {
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid, start: startOf(process.pid) }), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder && isAlive(holder.pid) && (holder.start === '' || startOf(holder.pid) === holder.start)) {
      throw new AppError(
        'CONFLICT',
        `${file} is held by process ${holder.pid}; stop it or use another DATA_DIR`,
      );
    }
    rmSync(file, { force: true });
  }
}

function readHolder(file: string): { pid: number; start: string } | undefined {
  try {
    const { pid, start } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; start: string };
    return { pid, start };
  } catch {
    return undefined;
  }
}
