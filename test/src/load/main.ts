import process from 'node:process';
import { main as benchGateways } from './gateway/main.ts';
import { HELP, readOptions } from './options.ts';
import { report } from './report.ts';
import { runBench } from './run-bench.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const [part, ...rest] = process.argv.slice(2);
  const options = readOptions(part === 'gateway' ? [] : process.argv.slice(2));
  if (part === 'gateway') await benchGateways(rest);
  else if (options.help) print(HELP);
  else {
    const startedAt = performance.now();
    const figures = await runBench(options, (line) => {
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      print(`${String(seconds).padStart(4)} s  ${line} …`);
    });
    print(`\n${report(figures)}\n`);
    print(JSON.stringify(figures.all()));
    if (figures.get('notMeasured') !== 0) process.exitCode = 1;
  }
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : thrown}\n`);
  process.exitCode = 1;
}
