import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds every workspace with turbo; silent when it succeeds. Answers whether it did. */
export function build() {
  const bin = join(root, 'node_modules', '.bin');
  const env = {
    ...process.env,
    PATH: [bin, process.env.PATH ?? ''].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
  };
  const args = ['run', 'build', '--output-logs=errors-only', '--no-update-notifier'];
  const { status, stdout, stderr } = spawnSync(join(bin, 'turbo'), args, {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  if (status === 0) return true;
  process.stdout.write(stdout ?? '');
  process.stderr.write(stderr ?? '');
  return false;
}
