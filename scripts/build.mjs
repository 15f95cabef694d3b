import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** How to build every workspace: turbo, silent as long as all goes well. */
export function buildCommand() {
  const bin = join(root, 'node_modules', '.bin');
  return {
    command: join(bin, 'turbo'),
    args: ['run', 'build', '--output-logs=errors-only'],
    cwd: root,
    env: {
      ...process.env,
      PATH: [bin, process.env.PATH ?? ''].join(delimiter),
      TURBO_TELEMETRY_DISABLED: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
    },
  };
}

/** Builds; shows turbo's words only when it fails. Answers whether it succeeded. */
export function build() {
  const { command, args, cwd, env } = buildCommand();
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status === 0) return true;
  process.stdout.write(stdout ?? '');
  process.stderr.write(stderr ?? '');
  return false;
}
