/**
 * Rebuilds every generated file: the `generate` script of each workspace that has one.
 * Contracts come first, because services are built on them; the gateway follows the services, whose schemas it composes.
 */
import { spawnSync } from 'node:child_process';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { root, workspaces } from './workspaces.mjs';

const ORDER = ['proto-schemas', 'packages/', 'services/', 'gateway'];

/** Runs them all; answers whether all succeeded. */
export function generate() {
  const [contracts, others] = inOrder();
  if (!contracts.every(runGenerate)) return false;
  if (others.length === 0) return true;
  return build() && others.every(runGenerate);
}

function inOrder() {
  const rank = (folder) => {
    const place = ORDER.findIndex((prefix) => folder.startsWith(prefix));
    return place === -1 ? ORDER.length : place;
  };
  const all = workspaces()
    .filter(({ manifest }) => manifest.scripts?.generate !== undefined)
    .sort((a, b) => rank(a.folder) - rank(b.folder) || a.folder.localeCompare(b.folder));
  return [all.filter(({ folder }) => rank(folder) === 0), all.filter(({ folder }) => rank(folder) > 0)];
}

function runGenerate({ folder, manifest }) {
  // By name: a folder would also mean the workspaces below it.
  const { status } = spawnSync('npm', ['run', '--silent', 'generate', '-w', manifest.name], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) console.error(`generate failed in ${folder}`);
  return status === 0;
}

if (argv[1] === fileURLToPath(import.meta.url)) process.exit(generate() ? 0 : 1);
