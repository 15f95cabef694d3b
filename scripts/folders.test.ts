import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Rooms with many folders, whose READMEs say in which order they build on each other. */
const ROOMS = ['gateway/src', 'packages/subgraph/src', 'services/auth/src/use-cases'];

describe.each(ROOMS)('the folders of %s', (room) => {
  it('import one way: none is built on what is built on it', () => {
    const below = foldersBelow(join(root, room));
    expect(below.size).toBeGreaterThan(4);
    const circles = [...below.keys()].filter((folder) => reachable(below, folder).has(folder));
    expect(circles).toEqual([]);
  });
});

/** Which folders each folder imports from, directly. Tests and fixtures may look anywhere. */
function foldersBelow(room: string): ReadonlyMap<string, ReadonlySet<string>> {
  const below = new Map<string, Set<string>>();
  for (const file of globSync('*/**/*.ts', { cwd: room })) {
    if (/\.(test|fixture)\.ts$/.test(file)) continue;
    const folder = folderOf(file);
    const imported = below.get(folder) ?? new Set();
    below.set(folder, imported);
    for (const [, path] of readFileSync(join(room, file), 'utf8').matchAll(/ from '(\.[^']+)'/g)) {
      const target = normalize(join(dirname(file), path ?? ''));
      if (target.includes(sep) && !target.startsWith('..') && folderOf(target) !== folder) {
        imported.add(folderOf(target));
      }
    }
  }
  return below;
}

function folderOf(file: string): string {
  return file.split(sep)[0] ?? '';
}

function reachable(below: ReadonlyMap<string, ReadonlySet<string>>, from: string): Set<string> {
  const found = new Set<string>();
  const next = [...(below.get(from) ?? [])];
  for (let folder = next.pop(); folder !== undefined; folder = next.pop()) {
    if (found.has(folder)) continue;
    found.add(folder);
    next.push(...(below.get(folder) ?? []));
  }
  return found;
}
