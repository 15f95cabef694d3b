import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildCommand, buildFailure } from '../../../scripts/build.mjs';
import { workspaces } from '../../../scripts/workspaces.mjs';
import { affectedBy, changedBuilds, hashBuilds } from './build-changes.ts';
import type { House } from './house.ts';
import { chosenFolders } from './parts.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** Editors write a file in several steps, and a checkout writes many files. */
const QUIET_MS = 200;

/** Builds when a source changes, and restarts the parts that load what was built anew; returns when the house stops. */
export async function watchBuilds(house: House, settings: Settings, terminal: Terminal): Promise<void> {
  const { root } = settings;
  const all = workspaces();
  const parts = new Map(chosenFolders(settings.parts).map(([name, folder]) => [folder, name]));
  const changes = watchSources(
    all.flatMap(({ folder }) => ['src', 'gen'].map((name) => join(root, folder, name))).filter(existsSync),
    house.stopping,
  );
  let built = hashBuilds(root, all);
  terminal.say('Watching for changes');

  while (await changes.next()) {
    if (!(await runBuild(terminal, house.stopping))) continue;
    const now = hashBuilds(root, all);
    const affected = affectedBy(changedBuilds(built, now), [...parts.keys()], all);
    built = now;
    const names = affected.flatMap((folder) => parts.get(folder) ?? []);
    if (names.length === 0) continue;
    terminal.say(`Changed: restarting ${names.join(', ')}`);
    await Promise.all(names.map((name) => house.restartPart(name)));
  }
}

/** `next` resolves to true when something has changed since the last call and is quiet now; to false at the end. */
function watchSources(folders: string[], signal: AbortSignal): { next(): Promise<boolean> } {
  let changedAt: number | undefined;
  let wake = () => {};
  const onChange = () => {
    changedAt = Date.now();
    wake();
  };
  for (const folder of folders) watch(folder, { recursive: true, signal }, onChange).on('error', () => {});
  signal.addEventListener('abort', () => wake());
  return {
    async next() {
      while (!signal.aborted) {
        if (changedAt === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (Date.now() - changedAt < QUIET_MS) {
          await delay(QUIET_MS);
        } else {
          changedAt = undefined;
          return true;
        }
      }
      return false;
    },
  };
}

async function runBuild(terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  const { command, args, cwd, env } = buildCommand();
  const child = spawn(command, args, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  // Aborted: the build ends with the house.
  child.on('error', () => {});
  const [code] = await once(child, 'close');
  if (code !== 0 && !signal.aborted)
    terminal.say(`${buildFailure(output)}\nThe build failed; everything runs on as it was.`);
  return code === 0;
}
