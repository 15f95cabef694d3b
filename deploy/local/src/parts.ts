import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, type PartName, SERVICES, type Surroundings, urlOf } from './environment.ts';
import { Problem } from './problem.ts';

/** A process to run. */
export interface Part {
  name: PartName;
  /** What Node runs. */
  script: string;
  url: string;
  env: Record<string, string>;
}

/** Folder of each part, in the order in which they start: what others wait for comes first. */
const FOLDERS: [PartName, string][] = [
  ['sandbox', 'packages/vendor-sandbox'],
  ...SERVICES.map((name): [PartName, string] => [name, `services/${name}`]),
  ['gateway', 'gateway'],
];

/** The folders of the parts that the settings ask for. @throws {Problem} for a name that is no part */
export function chosenFolders(chosen: string[] | undefined): [PartName, string][] {
  const unknown = chosen?.find((name) => !FOLDERS.some(([part]) => part === name));
  if (unknown !== undefined) {
    throw new Problem(`PARTS names "${unknown}"; the parts are ${FOLDERS.map(([name]) => name).join(', ')}.`);
  }
  return FOLDERS.filter(([name]) => chosen === undefined || chosen.includes(name));
}

/** The parts that the settings ask for, ready to start. @throws {Problem} for a part that is not built */
export function partsOf(surroundings: Surroundings): Part[] {
  const { settings, ports } = surroundings;
  return chosenFolders(settings.parts).map(([name, folder]) => {
    const script = join(settings.root, folder, 'dist', 'main.js');
    if (!existsSync(script))
      throw new Problem(`${name} is not built: ${script} is missing. Run: npm run check`);
    return { name, script, url: urlOf(ports[name]), env: environmentOf(name, surroundings) };
  });
}
