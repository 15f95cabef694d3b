import { readFileSync } from 'node:fs';
import process from 'node:process';

/**
 * A failpoint is a named place where a test may end the process as kill -9 would: no handlers, no flush.
 * Armed by `FAILPOINTS=<name>[:<hit>]`, comma-separated; `hit` (1 by default) is the passage that dies.
 * `FAILPOINTS=@<file>` reads the same from a file at each passage, so that a test can arm a process that runs.
 */
const POINTS = [
  'outbox.before-commit',
  'outbox.after-commit',
  'relay.after-claim',
  'relay.after-publish',
  'handler.before-commit',
  'handler.after-commit',
  'intent.after-lease',
  'intent.after-act',
  'intent.after-settle',
  'webhook.before-commit',
  'webhook.after-commit',
  'grant.after-refresh',
] as const;
export type Failpoint = (typeof POINTS)[number];

const source = process.env.FAILPOINTS ?? '';
let text = '';
let armed = new Map<string, number>();

/** Every failpoint the code can pass. */
export const failpointNames: readonly Failpoint[] = POINTS;

/** Does nothing unless a test armed this name, in which case the process dies here. */
export function failpoint(name: Failpoint): void {
  if (source === '') return;
  arm(source.startsWith('@') ? contentOf(source.slice(1)) : source);
  const left = armed.get(name);
  if (left === undefined) return;
  if (left > 1) {
    armed.set(name, left - 1);
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered asynchronously; nothing after this point may run.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Counting begins anew only when the wish changes. */
function arm(wanted: string): void {
  if (wanted === text) return;
  text = wanted;
  armed = new Map(
    wanted
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean)
      .map((entry) => {
        const [name = '', hit = '1'] = entry.split(':');
        return [name, Number(hit)];
      }),
  );
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not written yet: nothing is armed.
    return '';
  }
}
