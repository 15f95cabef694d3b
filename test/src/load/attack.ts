import { Worker } from 'node:worker_threads';
import type { FloodOrder, FloodReport } from './flood-worker.ts';
import { atRate, type Send } from './load-loop.ts';
import { type Bench, type Measurement, warmUpSeconds } from './measure.ts';

/** What an ordinary client does meanwhile. */
const NORMAL_PER_SECOND = 50;
/** Of each kind of flood; one of tokens weighs 200 KB. */
const FLOOD_PER_SECOND = 50;

const NORMAL = `{ viewer { workspace { name } } smsMessages(first: 10) { nodes { id status to } } }`;

function askNormally({ api, workspace }: Bench): Send {
  return async () => {
    await api.graphql(workspace.credential, NORMAL, {});
  };
}

function attackers(order: FloodOrder): Promise<readonly FloodReport[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./flood-worker.js', import.meta.url), { workerData: order });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the attacking client ended early')));
  });
}

export const attack: Measurement = {
  title: `an ordinary query at ${NORMAL_PER_SECOND}/s, alone and beside ${3 * FLOOD_PER_SECOND} floods a second`,
  async run(bench) {
    const { figures, seconds, house } = bench;
    const ask = askNormally(bench);
    await atRate(NORMAL_PER_SECOND, warmUpSeconds(seconds), ask);
    const alone = await atRate(NORMAL_PER_SECOND, seconds, ask);
    const attacking = attackers({ origin: house.url, perSecond: FLOOD_PER_SECOND, seconds });
    const [attacked, reports] = await Promise.all([atRate(NORMAL_PER_SECOND, seconds, ask), attacking]);
    figures.setRun('attack.normalAlone', alone);
    figures.setRun('attack.normalAttacked', attacked);
    for (const { name, result } of reports) figures.setRun(`attack.${name}`, result);
    figures.set('attack.p99Ratio', ratio(attacked.p99Ms, alone.p99Ms));
    figures.set('attack.p50Ratio', ratio(attacked.p50Ms, alone.p50Ms));
  },
};

function ratio(value: number | undefined, to: number | undefined): number | undefined {
  return value === undefined || !to ? undefined : value / to;
}
