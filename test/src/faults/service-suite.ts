import { afterAll, beforeAll, describe, it } from 'vitest';
import { crashAt, type Flow, rounds } from './crash.ts';
import { requireWhole } from './invariants.ts';
import { Station, type StationOptions } from './station.ts';

const CASE_MS = 90_000;

/** A flow under its name, and the points it passes. */
export interface FlowCase {
  readonly name: string;
  // Each flow keeps to its own kind of run; the suite only passes it along.
  readonly flow: Flow<never>;
  readonly points: readonly string[];
}

export function flowCase<R>(name: string, flow: Flow<R>, points: readonly string[]): FlowCase {
  return { name, flow: flow as unknown as Flow<never>, points };
}

/**
 * Declares the tests of one service: kill -9 at each point of each flow, as often as asked, and what must hold of
 * its tables and of the stream after all of them.
 * @param prepare what must be there before anything crashes.
 */
export function describeCrashes(
  options: StationOptions,
  cases: readonly FlowCase[],
  prepare: (station: Station) => Promise<void> = async () => {},
): void {
  let station: Station;
  beforeAll(async () => {
    station = await Station.open(options);
    await station.start();
    await prepare(station);
  });
  afterAll(() => station.close());

  describe.each(cases)('$name survives kill -9', ({ flow, points }) => {
    for (let round = 1; round <= rounds(); round += 1) {
      it.each(points)(`at %s (round ${round})`, (point) => crashAt(station, flow, point), CASE_MS);
    }
  });

  describe(`${options.service} after all kills`, () => {
    it('has lost nothing, doubled nothing and left nothing undone', async () => {
      await station.stop();
      await requireWhole(station);
    });
  });
}
