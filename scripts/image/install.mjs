/**
 * `node scripts/image/install.mjs <folder>`: installs the packages of a folder that prune.mjs made, without tools, at
 * the versions of the lock file, and removes of them what no process reads.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

/** Sources, types, maps and documentation that packages bring along; Node runs no TypeScript of a package. */
const NOT_READ =
  /\.([cm]?tsx?|map|flow|md|markdown|tsbuildinfo)$|^(CHANGELOG|HISTORY|AUTHORS|CONTRIBUTING|Makefile)/i;

/** Folders beside a package's manifest that its code never loads. */
const NOT_LOADED = [
  'test',
  'tests',
  '__tests__',
  'example',
  'examples',
  'bench',
  'benchmark',
  'docs',
  '.github',
];

/** @throws Error when npm fails. */
export function install(folder) {
  // Drops of the lock file what only others needed: npm ci refuses one that says more than the manifests.
  npm(folder, 'install', '--package-lock-only', '--ignore-scripts', '--prefer-offline', '--omit=dev');
  npm(folder, 'ci', '--omit=dev', '--ignore-scripts', '--prefer-offline');
  for (const modules of modulesOf(folder)) sweep(modules);
}

function npm(folder, ...args) {
  const { status, stderr } = spawnSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm ${args[0]} failed in ${folder}:\n${stderr}`);
}

/** The folders of packages: the root's, and those of workspaces that need other versions. */
function modulesOf(folder) {
  const { workspaces } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return ['', ...workspaces]
    .map((path) => join(folder, path, 'node_modules'))
    .filter((path) => existsSync(path));
}

function sweep(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const removed = entries.some(({ name }) => name === 'package.json') ? notLoadedOf(folder) : [];
  for (const path of removed) rmSync(join(folder, path), { recursive: true, force: true });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && existsSync(path)) sweep(path);
    else if (entry.isFile() && NOT_READ.test(entry.name)) rmSync(path);
  }
}

/**
 * What of a package Node never loads. One without `exports` is loaded by its `main` alone: builds for bundlers beside it,
 * which other fields name, are for others.
 */
function notLoadedOf(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const paths = [...NOT_LOADED];
  // A manifest without a name only says how a folder's files are read.
  if (manifest.name && manifest.exports === undefined && manifest.type !== 'module') {
    const main = folderOf(manifest.main ?? 'index.js');
    for (const field of ['module', 'esnext', 'es2015', 'browser', 'unpkg', 'jsdelivr']) {
      const other = typeof manifest[field] === 'string' ? folderOf(manifest[field]) : '';
      if (/^\w/.test(other) && !`${main}/`.startsWith(`${other}/`)) paths.push(other);
    }
  }
  return paths.filter((path) => !isNamedBy(manifest, path));
}

/** `build/esm/index.js` is `build/esm`; a file beside the manifest is in no folder. */
function folderOf(file) {
  return posix.dirname(posix.normalize(file)).replace(/^\.$/, '');
}

/** Whether a package says that something in this folder is loaded. */
function isNamedBy({ main, bin, exports: named, imports }, path) {
  return JSON.stringify([main, bin, named, imports]).includes(`${path}/`);
}

/** Bytes of everything in a folder, as the layer of an image counts them. */
export function sizeOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [, , folder] = argv;
  if (!folder) throw new Error('in which folder?');
  install(folder);
  console.log(`${folder}: ${Math.round(sizeOf(folder) / 1e6)} MB`);
}
