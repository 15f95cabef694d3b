import { execFileSync } from 'node:child_process';

/** A process of an installation, as its runner announced it. */
export interface PartProcess {
  readonly name: string;
  readonly pid: number;
  /** From its start to its first yes. */
  readonly readyMs: number;
}

/** Reads the runner's table: part, address, process id, ready after. */
export function partsIn(startOutput: string): readonly PartProcess[] {
  return [...startOutput.matchAll(/^ *(\w+) +\S+:\/\/\S+ +(\d+) +([\d.]+) s *$/gm)].map(
    ([, name = '', pid, seconds]) => ({ name, pid: Number(pid), readyMs: Number(seconds) * 1000 }),
  );
}

/** Resident memory of a process, in MiB; `undefined` when it is gone. */
export function residentMiB(pid: number): number | undefined {
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
  } catch {
    return undefined;
  }
}
