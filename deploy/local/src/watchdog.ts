/**
 * Runs a program that is not Node (`node watchdog.js <program> <arguments>`), and ends it when the runner is gone.
 * A parent's SIGTERM is passed on; the watchdog ends with the program, by its exit code.
 */
import { spawn } from 'node:child_process';

const STOP_MS = 8000;
const [program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error('a program to run is missing');

const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', (failure) => {
  console.error(failure.message);
  process.exit(1);
});
child.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));

process.stdin.once('end', end).once('error', end).resume();
process.on('SIGTERM', end);

function end(): void {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), STOP_MS).unref();
}
