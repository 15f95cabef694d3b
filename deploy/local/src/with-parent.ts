/**
 * Preloaded into every part (`node --import`): ends the process when the runner is gone, however it went.
 * The runner holds the other end of stdin and never writes to it; a killed runner closes it too.
 */
import { flushCompileCache } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/** Longer than a part may take to stop by itself. */
const STOP_MS = 8000;
/** By then the house stands. Written at the end only, the compiled code of a first start would use up the time to stop. */
const WRITE_COMPILED_MS = 20_000;

if (isMainThread) {
  process.stdin.once('end', end).once('error', end).resume();
  // Waiting for the runner is no reason to stay alive.
  (process.stdin as unknown as { unref?: () => void }).unref?.();
  setTimeout(flushCompileCache, WRITE_COMPILED_MS).unref();
}

function end(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_MS).unref();
  process.kill(process.pid, 'SIGTERM');
}
