import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A workspace as its package.json describes it. */
export interface Workspace {
  /** Relative to the root. */
  folder: string;
  manifest: { name: string; dependencies?: Record<string, string> };
}

/** One hash per workspace folder over what its processes load: the built files and the graph's schemas. */
export function hashBuilds(root: string, workspaces: Workspace[]): Map<string, string> {
  return new Map(workspaces.map(({ folder }) => [folder, hashOf(join(root, folder))]));
}

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  const schemas = list(folder, false).filter((path) => path.endsWith('.graphql'));
  const built = list(join(folder, 'dist'), true).filter((path) => /(?<!\.test)\.(js|json)$/.test(path));
  for (const path of [...schemas, ...built].sort()) hash.update(path).update(readFileSync(path));
  return hash.digest('hex');
}

function list(folder: string, recursive: boolean): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    // A workspace without builds, or a folder that a build is replacing right now.
    return [];
  }
}

/** Folders whose hash differs. */
export function changedBuilds(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...after.keys()].filter((folder) => before.get(folder) !== after.get(folder));
}

/** The folders among `candidates` that are built on one of the changed ones, directly or through others. */
export function affectedBy(changed: string[], candidates: string[], workspaces: Workspace[]): string[] {
  const byName = new Map(workspaces.map((workspace) => [workspace.manifest.name, workspace]));
  const byFolder = new Map(workspaces.map((workspace) => [workspace.folder, workspace]));
  const reached = (folder: string, seen: Set<string>): Set<string> => {
    if (seen.has(folder)) return seen;
    seen.add(folder);
    for (const name of Object.keys(byFolder.get(folder)?.manifest.dependencies ?? {})) {
      const dependency = byName.get(name);
      if (dependency !== undefined) reached(dependency.folder, seen);
    }
    return seen;
  };
  return candidates.filter((candidate) => {
    const loaded = reached(candidate, new Set());
    return changed.some((folder) => loaded.has(folder));
  });
}
