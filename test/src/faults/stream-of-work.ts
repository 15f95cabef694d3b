import { setTimeout as pause } from 'node:timers/promises';
import type { Flow } from './crash.ts';
import type { Station } from './station.ts';

const CLIENTS = 4;
const RETRY_MS = 100;
const ACCEPTED_MS = 60_000;

/** What is to happen once so many runs were accepted. */
export interface Disturbance {
  readonly after: number;
  readonly disturb: () => Promise<void>;
}

/**
 * Several clients act at once, each repeating a run with the same key until it is accepted, while things break.
 * @returns the runs, and the refusals that clients met on the way.
 */
export async function streamOfWork<R>(
  station: Station,
  flow: Flow<R>,
  count: number,
  disturbances: readonly Disturbance[],
): Promise<{ runs: R[]; refusals: string[] }> {
  const runs = Array.from({ length: count }, () => flow.fresh());
  const waiting = [...runs];
  const coming = [...disturbances];
  const refusals: string[] = [];
  let accepted = 0;
  let disturbing = Promise.resolve();
  const client = async (): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      refusals.push(...(await untilAccepted(station, flow, run)));
      accepted += 1;
      if (coming[0] && accepted >= coming[0].after) {
        const { disturb } = coming.shift() as Disturbance;
        // Work goes on while it is broken; two disturbances never overlap.
        disturbing = disturbing.then(disturb);
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await disturbing;
  return { runs, refusals };
}

async function untilAccepted<R>(station: Station, flow: Flow<R>, run: R): Promise<string[]> {
  const refusals: string[] = [];
  const deadline = Date.now() + ACCEPTED_MS;
  for (;;) {
    try {
      await flow.act(station, run);
      return refusals;
    } catch (refusal) {
      refusals.push(String(refusal));
      if (Date.now() > deadline) throw new Error(`not accepted within ${ACCEPTED_MS} ms`, { cause: refusal });
      await pause(RETRY_MS);
    }
  }
}
