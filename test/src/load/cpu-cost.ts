import { readFileSync } from 'node:fs';
import type { Bench } from './measure.ts';
import { type PartProcess, partsIn } from './parts.ts';
import type { LoadResult } from './tally.ts';

/** proc(5): the kernel shows processor time in hundredths of a second. */
const TICK_MS = 10;

/**
 * Notes the processor time that each part spends per request, follow-up work included: unlike latencies, that says
 * something on a busy machine too. Linux only.
 * @param key such as `mutation`; the figures are `cpu.<key>.<part>Ms` and `.totalMs`.
 */
export async function withCpuCost(
  { house, figures, operator }: Bench,
  key: string,
  run: () => Promise<LoadResult>,
): Promise<LoadResult> {
  const parts = partsIn(house.startOutput);
  const before = parts.map(cpuMs);
  const result = await run();
  await operator.untilQuiet().catch((thrown: Error) => figures.notes.push(`cpu.${key}: ${thrown.message}`));
  let totalMs = 0;
  for (const [index, part] of parts.entries()) {
    const ms = (cpuMs(part) - (before[index] ?? Number.NaN)) / result.requests;
    figures.set(`cpu.${key}.${part.name}Ms`, Number.isNaN(ms) ? undefined : ms);
    totalMs += ms;
  }
  figures.set(`cpu.${key}.totalMs`, Number.isNaN(totalMs) ? undefined : totalMs);
  return result;
}

/** User and system time so far; not a number where it cannot be known. */
export function cpuMs({ pid }: PartProcess): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return Number.NaN;
  }
}
