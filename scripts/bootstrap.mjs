/**
 * Makes a fresh clone runnable with nothing but Node 20 and npm: installs, checks the pinned Node, builds.
 * No dependencies, because it runs before there are any. `--no-build` leaves the build to the caller.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { build } from './build.mjs';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const stampFile = join(root, 'node_modules', '.switchboard-lock');
const NODE_MAJOR_MIN = 20;

process.chdir(root);
requireNode();
installWhenLockChanged();
requirePinnedNode();
if (!process.argv.includes('--no-build') && !build()) fail('The build failed; its messages are above.');

function requireNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) return;
  fail(
    `Node ${NODE_MAJOR_MIN} or newer is needed; this is ${process.version}. See https://nodejs.org/en/download`,
  );
}

function installWhenLockChanged() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256').update(lock).digest('hex');
  if (readText(stampFile) === hash) return;
  if (!alreadyInstalled(lock)) {
    console.log('Installing dependencies (npm ci) …');
    if (!npmCi()) fail('npm ci failed; its messages are above. Is the npm registry reachable?');
  }
  writeFileSync(stampFile, hash);
}

/** True when somebody ran `npm install` already: npm's own record then lists every package of the lock file. */
function alreadyInstalled(lock) {
  const record = readText(join(root, 'node_modules', '.package-lock.json'));
  if (record === undefined) return false;
  try {
    const wanted = Object.entries(JSON.parse(lock).packages);
    const installed = JSON.parse(record).packages;
    return wanted.every(([path, entry]) => {
      if (!path.includes('node_modules/') || entry.optional) return true;
      return installed[path]?.version === entry.version && existsSync(join(root, path));
    });
  } catch {
    return false;
  }
}

function npmCi() {
  // Dependencies of development are what builds and runs here, whatever NODE_ENV says.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  // Without our own folder in PATH: npm must not be run by a Node that it is about to delete.
  const ownBin = join('node_modules', '.bin');
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.endsWith(ownBin));
  const env = { ...process.env, PATH: path.join(delimiter) };
  const { npm_node_execpath: npmNode, npm_execpath: npmScript } = process.env;
  const [command, first] = npmNode && npmScript ? [npmNode, [npmScript]] : ['npm', []];
  return spawnSync(command, [...first, ...args], { cwd: root, env, stdio: 'inherit' }).status === 0;
}

function requirePinnedNode() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const binary = join(root, 'node_modules', '.bin', 'node');
  const { stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  if (stdout?.trim() === `v${devDependencies.node}`) return;
  fail(
    `The pinned Node ${devDependencies.node} does not run: its install script was not allowed or failed. Run: npm rebuild node --ignore-scripts=false`,
  );
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function fail(line) {
  console.error(line);
  process.exit(1);
}
