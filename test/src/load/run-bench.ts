import { availableParallelism, loadavg } from 'node:os';
import type { House } from '../house/start-house.ts';
import { ApiLoad } from './api-load.ts';
import { attack } from './attack.ts';
import { auditBacklog } from './audit-backlog.ts';
import { makeWorkspace } from './bench-workspace.ts';
import { EventLag } from './event-lag.ts';
import { measurePipeline } from './event-pipeline.ts';
import { Figures } from './figures.ts';
import { connectAs, Operator } from './house-watch.ts';
import { Installation } from './installation.ts';
import type { Measurement } from './measure.ts';
import { mutations } from './mutations.ts';
import type { Options } from './options.ts';
import { outage } from './outage.ts';
import { queries } from './queries.ts';
import { signIns } from './sign-ins.ts';
import { measureStarts, noteMemory } from './starts.ts';
import { webhooks } from './webhooks.ts';

const PIPELINE_EVENTS_PER_SECOND_OF_BENCH = 500;

/** What leaves the least behind comes first. */
const MEASUREMENTS: readonly Measurement[] = [
  ...queries,
  attack,
  ...signIns,
  ...mutations,
  ...webhooks,
  auditBacklog,
];

/**
 * Measures everything. A measurement that fails is noted, and the others go on.
 * @param say tells the person who waits what is being done.
 * @throws Error when the installation does not start.
 */
export async function runBench(options: Options, say: (line: string) => void): Promise<Figures> {
  const figures = new Figures();
  const { seconds } = options;
  const installation = await Installation.prepare(options.database);
  const how = {
    database: installation.database,
    seconds,
    startedAt: new Date().toISOString(),
    node: process.version,
  };
  for (const [key, value] of Object.entries(how)) figures.set(key, value);
  figures.set('cores', availableParallelism());
  figures.set('loadAverage', loadavg()[0]);
  let notMeasured = 0;
  const attempt = async (title: string, work: () => Promise<void>): Promise<void> => {
    say(title);
    await work().catch((thrown: unknown) => {
      notMeasured += 1;
      figures.notes.push(`not measured: ${title}: ${thrown instanceof Error ? thrown.message : thrown}`);
    });
  };

  try {
    say('a first and a second start');
    const house = await measureStarts(installation, figures);
    await measureHouse(house, [...MEASUREMENTS, outage(installation)], figures, seconds, attempt);
    noteMemory('loadedMiB', house, figures);
    say('the stop after the load');
    figures.set('stop.loadedMs', await installation.stop());
    await attempt('outbox, relay, consumer and inbox of one service', async () => {
      const count = PIPELINE_EVENTS_PER_SECOND_OF_BENCH * seconds;
      const rates = await measurePipeline(count, { url: installation.createDatabase() });
      figures.set('events.count', count);
      for (const [name, rate] of Object.entries(rates)) figures.set(`events.${name}PerSecond`, rate);
    });
  } finally {
    await installation.remove();
  }
  figures.set(
    'errors',
    figures.runs.reduce((sum, { errors }) => sum + errors, 0),
  );
  figures.set('notMeasured', notMeasured);
  return figures;
}

async function measureHouse(
  house: House,
  measurements: readonly Measurement[],
  figures: Figures,
  seconds: number,
  attempt: (title: string, work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const api = new ApiLoad(house.url);
  const operator = await Operator.open(house);
  const listener = await connectAs(house, 'gateway');
  try {
    const lag = new EventLag(listener);
    const workspace = await makeWorkspace(house);
    await operator.untilQuiet();
    const bench = { house, workspace, api, operator, lag, figures, seconds, smsIds: [] };
    for (const { title, run } of measurements) {
      await attempt(title, () => run(bench));
      await operator.untilQuiet().catch((thrown: Error) => figures.notes.push(`${title}: ${thrown.message}`));
    }
  } finally {
    await Promise.all([api.close(), operator.close(), listener.close()]);
  }
}
