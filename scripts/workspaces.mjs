import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Every workspace of the root package.json: its folder (relative) and its own package.json. */
export function workspaces() {
  const { workspaces: patterns } = readJson('package.json');
  return patterns
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const parent = pattern.slice(0, -2);
      return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
    })
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readJson(join(folder, 'package.json')) }));
}

/** A JSON file of the project. */
export function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
