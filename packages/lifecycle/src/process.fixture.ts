import process from 'node:process';
import { stopOnSignals } from './stop-on-signals.ts';

/** `node process.fixture.ts <how>`: a process that says that it is up, and ends as it is told to. */
const how = process.argv[2];
const write = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`);
const logger = { info: (...told: unknown[]) => write(told), error: (...told: unknown[]) => write(told) };
const endings: Record<string, () => Promise<void>> = {
  inOrder: async () => {},
  fails: async () => {
    throw new Error('no');
  },
  hangs: () => new Promise(() => {}),
};

const stopInOrder = stopOnSignals(300);
const stop = endings[how ?? ''];
if (stop) stopInOrder(logger as never, stop);
setInterval(() => {}, 60_000);
write('up');
