/** A second client, on a thread of its own so that its work does not slow the measuring one: it sends floods. */
import { parentPort, workerData } from 'node:worker_threads';
import { ApiLoad } from './api-load.ts';
import { type Flood, floods } from './floods.ts';
import { atRate } from './load-loop.ts';
import type { LoadResult } from './tally.ts';

/** What the client is to do. */
export interface FloodOrder {
  readonly origin: string;
  /** Of each kind. */
  readonly perSecond: number;
  readonly seconds: number;
}

/** What came of it. */
export interface FloodReport {
  readonly name: Flood['name'];
  readonly result: LoadResult;
}

const { origin, perSecond, seconds } = workerData as FloodOrder;
const api = new ApiLoad(origin);

async function attack({ name, body }: Flood): Promise<FloodReport> {
  let count = 0;
  const result = await atRate(perSecond, seconds, async () => {
    count += 1;
    const { status } = await api.post('/graphql', body(count), { 'content-type': 'application/json' });
    if (status !== 400) throw new Error(`HTTP ${status} instead of a refusal`);
  });
  return { name, result };
}

const reports = await Promise.all(floods.map(attack));
await api.close();
parentPort?.postMessage(reports);
