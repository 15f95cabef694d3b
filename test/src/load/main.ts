import process from 'node:process';
import { main as benchGateways } from './gateway/main.ts';
import { HELP, readOptions } from './options.ts';
import { report } from './report.ts';
import { runBench } from './run-bench.ts';
import { benchSubscriptions } from './subscriptions/bench-subscriptions.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

const startedAt = performance.now();
const say = (line: string): void => {
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  print(`${String(seconds).padStart(4)} s  ${line} …`);
};

async function benchHouse(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) {
    print(HELP);
    return;
  }
  const figures = await runBench(options, say);
  print(`\n${report(figures)}\n`);
  print(JSON.stringify(figures.all()));
  if (figures.get('notMeasured') !== 0) process.exitCode = 1;
}

try {
  const [what, ...args] = process.argv.slice(2);
  if (what === 'subscriptions') print(JSON.stringify(await benchSubscriptions(args, say)));
  else if (what === 'gateway') await benchGateways(args);
  else await benchHouse(process.argv.slice(2));
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : thrown}\n`);
  process.exitCode = 1;
}
