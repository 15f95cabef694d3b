import process from 'node:process';

/**
 * A failpoint is a named place where a test may end the process as kill -9 would: no handlers, no flush.
 * Armed by `FAILPOINTS=<name>[:<hit>]`, comma-separated; `hit` (1 by default) is the passage that dies.
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
] as const;
export type Failpoint = (typeof POINTS)[number];

const armed = new Map<string, number>(
  (process.env.FAILPOINTS ?? '')
    .split(',')
    .filter(Boolean)
    .map((entry) => {
      const [name = '', hit = '1'] = entry.split(':');
      return [name, Number(hit)];
    }),
);

/** Every failpoint the code can pass. */
export const failpointNames: readonly Failpoint[] = POINTS;

/** Does nothing unless a test armed this name, in which case the process dies here. */
export function failpoint(name: Failpoint): void {
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
