/**
 * `node scripts/image/prune.mjs <part> <folder>`: copies of a built project what one part needs to run: its workspace and
 * those it depends on, built, with the lock file cut down to what they use. The packages are installed by install.mjs.
 */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { readJson, root, workspaces } from '../workspaces.mjs';
import { EXTRA_FILES, imageParts } from './parts.mjs';

/** Tests, types and maps of what was built: nobody reads them in a container. */
const NOT_RUN = /\.(test|fixture)\.js$|\.d\.ts$|\.map$|\.tsbuildinfo$/;

/**
 * The embedded database. A container keeps nothing, so services there have a PostgreSQL; this one is loaded only where
 * there is none, and would be a third of what is installed.
 */
const EMBEDDED_DATABASE = new Set(['@electric-sql/pglite', '@mikro-orm/pglite']);

/** @throws Error for an unknown part, and for one that is not built. */
export async function prune(partName, folder) {
  const parts = await imageParts();
  const part = parts.get(partName);
  if (!part) throw new Error(`"${partName}" is no part; the parts are ${[...parts.keys()].join(', ')}`);
  const kept = closureOf(part.folder);
  mkdirSync(folder, { recursive: true });
  writeRoot(part, kept, folder);
  for (const workspace of kept) copyWorkspace(workspace, folder);
  return kept;
}

/** The workspaces that a folder's one needs when it runs, itself included. */
function closureOf(folder) {
  const byName = new Map(workspaces().map((workspace) => [workspace.manifest.name, workspace]));
  const kept = new Map();
  const keep = (workspace) => {
    if (kept.has(workspace.folder)) return;
    kept.set(workspace.folder, workspace);
    for (const name of Object.keys(workspace.manifest.dependencies ?? {})) {
      if (byName.has(name)) keep(byName.get(name));
    }
  };
  const first = [...byName.values()].find((workspace) => workspace.folder === folder);
  keep(first);
  return [...kept.values()];
}

function writeRoot(part, kept, folder) {
  const { name, version, license } = readJson('package.json');
  const manifest = {
    name,
    version,
    private: true,
    license,
    type: 'module',
    workspaces: kept.map((one) => one.folder),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(cutLock(kept), null, 2));
  // So that an image starts without knowing which part it holds.
  const script = part.command.split(' ')[1];
  writeFileSync(join(folder, 'start.mjs'), `await import('./${script}');\n`);
  for (const file of ['LICENSE', '.npmrc']) cpSync(join(root, file), join(folder, file));
}

/** The lock file without the root's own tools and the other workspaces; install.mjs lets npm drop what nobody needs then. */
function cutLock(kept) {
  const lock = readJson('package-lock.json');
  const folders = new Set(kept.map(({ folder }) => folder));
  const entries = Object.entries(lock.packages).flatMap(([path, entry]) => {
    if (path === '') return [];
    if (entry.link) return folders.has(entry.resolved) ? [[path, entry]] : [];
    const workspace = workspaceOf(path);
    if (workspace === undefined) return [[path, entry]];
    if (!folders.has(workspace)) return [];
    return [[path, toRun(entry)]];
  });
  const { name, version, license } = lock.packages[''];
  const first = { name, version, license, workspaces: [...folders] };
  return { ...lock, packages: { '': first, ...Object.fromEntries(entries) } };
}

const FOLDERS = workspaces().map(({ folder }) => folder);

/** The workspace that a path of the lock file belongs to; none for what is installed at the root. */
function workspaceOf(path) {
  if (path.startsWith('node_modules/')) return undefined;
  const own = path.split('/node_modules/')[0];
  return FOLDERS.includes(own) ? own : undefined;
}

/** A manifest, or its entry in the lock file, with what is needed to run and nothing else. */
function toRun({ scripts: _scripts, devDependencies: _tools, dependencies = {}, ...rest }) {
  const needed = Object.entries(dependencies).filter(([name]) => !EMBEDDED_DATABASE.has(name));
  return { ...rest, dependencies: Object.fromEntries(needed) };
}

function copyWorkspace({ folder: path, manifest }, folder) {
  const built = join(root, path, 'dist');
  if (!existsSync(built)) throw new Error(`${path} is not built; run: node scripts/bootstrap.mjs`);
  const to = join(folder, path);
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, 'package.json'), JSON.stringify(toRun(manifest), null, 2));
  for (const from of ['dist', ...(EXTRA_FILES[path] ?? [])]) {
    cpSync(join(root, path, from), join(to, from), {
      recursive: true,
      filter: (file) => !NOT_RUN.test(basename(file)),
    });
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [, , part, folder] = argv;
  if (!part || !folder) throw new Error('which part, and into which folder?');
  const kept = await prune(part, folder);
  console.log(`${part}: ${kept.length} workspaces in ${folder}`);
}
