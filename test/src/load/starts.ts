import type { House } from '../house/start-house.ts';
import type { Figures } from './figures.ts';
import type { Installation } from './installation.ts';
import { partsIn, residentMiB } from './parts.ts';

/** The first start makes databases and keys and fills the compile cache; the second finds them. */
export async function measureStarts(installation: Installation, figures: Figures): Promise<House> {
  const cold = await installation.start();
  noteStart('cold', cold, figures);
  figures.set('stop.idleMs', await installation.stop());
  const second = await installation.start();
  noteStart('second', second, figures);
  noteMemory('idleMiB', second.house, figures);
  return second.house;
}

function noteStart(
  key: 'cold' | 'second',
  { house, readyMs }: { house: House; readyMs: number },
  figures: Figures,
): void {
  figures.set(`start.${key}.readyMs`, readyMs);
  for (const part of partsIn(house.startOutput)) figures.set(`start.${key}.${part.name}Ms`, part.readyMs);
}

/** Resident memory of every part. */
export function noteMemory(key: 'idleMiB' | 'loadedMiB', house: House, figures: Figures): void {
  for (const { name, pid } of partsIn(house.startOutput)) {
    figures.set(`memory.${name}.${key}`, residentMiB(pid));
  }
}
