import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** How to build every workspace: turbo, silent as long as all goes well. */
export function buildCommand() {
  const bin = join(root, 'node_modules', '.bin');
  return {
    command: join(bin, 'turbo'),
    args: ['run', 'build', '--output-logs=errors-only', '--continue=dependencies-successful'],
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
  console.error(buildFailure(`${stdout}\n${stderr}`));
  return false;
}

/** The compilers' own lines of a failed build, without what turbo and npm wrap around them. */
export function buildFailure(output) {
  const lines = output.split('\n').filter((line) => line.includes(':build: '));
  const telling = lines.filter((line) => !/:build: (npm (error|warn)|> |cache (hit|miss)|\s*$)/.test(line));
  return telling.length > 0 ? telling.join('\n') : output.trim();
}
