/**
 * `npm run check`: types, lint and format, generated files, contracts.
 * Every step runs, and the last lines say which failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { changedFiles, fingerprint } from './fingerprint.mjs';
import { generate } from './generate.mjs';
import { root } from './workspaces.mjs';

const STEPS = [
  ['types', build],
  ['types of tests and scripts', () => run('tsc', '-p', 'tsconfig.tests.json')],
  ['lint and format', () => run('biome', 'check', '--error-on-warnings')],
  ['generated files', generatedFilesAreCurrent],
  ['contracts: lint', () => contractScript('lint')],
  ['contracts: breaking changes', () => contractScript('breaking')],
];

/** Runs every step, prints one line for each; answers whether all passed. */
export function check() {
  const failed = STEPS.filter(([name, step]) => {
    const startedAt = performance.now();
    const passed = step();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`check: ${name} ${passed ? 'ok' : 'FAILED'} (${seconds} s)`);
    return !passed;
  });
  if (failed.length > 0) console.error(`check failed: ${failed.map(([name]) => name).join(', ')}`);
  return failed.length === 0;
}

/** Compares contents, not git's view: uncommitted work is fine as long as generating again changes nothing. */
function generatedFilesAreCurrent() {
  const before = fingerprint(root);
  if (!generate()) return false;
  const changed = changedFiles(before, fingerprint(root));
  for (const path of changed) console.error(`  was out of date, now regenerated: ${path}`);
  return changed.length === 0;
}

function contractScript(name) {
  return run('npm', 'run', '--silent', '--if-present', name, '-w', 'proto-schemas');
}

function run(command, ...args) {
  const local = join(root, 'node_modules', '.bin', command);
  return spawnSync(existsSync(local) ? local : command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

if (argv[1] === fileURLToPath(import.meta.url)) process.exit(check() ? 0 : 1);
