import process from 'node:process';
import { parseArgs } from 'node:util';
import { benchGateway } from './bench-gateway.ts';

const SECONDS = 10;
const HELP = `npm run bench gateway -- [--seconds ${SECONDS}] [--compute]

Compares this gateway with Apollo's and with Hive Gateway: two queries over four small subgraphs, 50 at a time, each
of another caller. The subgraphs answer from memory what they were asked before; with --compute they compute each
answer, and the cores are theirs as much as the gateways'. Linux only. Hive Gateway is installed into test/load/hive
when it is not there yet. The last line is one JSON object: {"classic":{"ours":{…},"stock":{…},"hive":{…}},"light":{…}}
with rps (answers a second), p50 and p99 (ms), cpuMsPerRequest (of the gateway's process) and rssMb (the most, in MiB).`;

/** `npm run bench gateway`. @throws Error saying what could not be measured. */
export async function main(args: readonly string[]): Promise<void> {
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      compute: { type: 'boolean', default: false },
      seconds: { type: 'string', default: String(SECONDS) },
    },
  });
  if (values.help) return print(HELP);
  const seconds = Number(values.seconds);
  if (!(seconds >= 1 && seconds <= 600)) throw new Error('--seconds is a number from 1 to 600');
  const figures = await benchGateway({ seconds, isComputed: values.compute }, (line) => print(`${line} …`));
  for (const [query, contenders] of Object.entries(figures)) {
    print(`\n${query.padEnd(10)}   rps        p50 ms     p99 ms     CPU ms     MiB`);
    for (const [name, values] of Object.entries(contenders)) {
      const cells = Object.values(values).map((value) => String(value).padEnd(10));
      print(`${name.padEnd(10)}   ${cells.join(' ')}`);
    }
  }
  print(`\n${JSON.stringify(figures)}`);
}
