import { findPostgres, startPostgres, type TestPostgres } from '@switchboard/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { crashAt, type Flow, rounds } from './crash.ts';
import { requireWhole } from './invariants.ts';
import { Station, type StationOptions } from './station.ts';

const CASE_MS = 90_000;

/** A flow under its name, and the points at which it is killed. */
export interface FlowCase {
  readonly name: string;
  // Each flow keeps to its own kind of run; the suite only passes it along.
  readonly flow: Flow<never>;
  readonly points: readonly string[];
}

/**
 * @param kitPoints what the service leaves to the kits, which die there in other services' tests as well: killed at in
 * long runs only.
 */
export function flowCase<R>(
  name: string,
  flow: Flow<R>,
  points: readonly string[],
  kitPoints: readonly string[] = [],
): FlowCase {
  const killedAt = rounds() > 1 ? [...points, ...kitPoints] : points;
  return { name, flow: flow as unknown as Flow<never>, points: killedAt };
}

/** The embedded one, which everybody has; in long runs PostgreSQL as well, where this machine has it. */
function databases(): { name: string; programs: string | undefined }[] {
  const programs = rounds() > 1 ? findPostgres() : undefined;
  return [
    { name: 'PGlite', programs: undefined },
    ...(programs === undefined ? [] : [{ name: 'PostgreSQL', programs }]),
  ];
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
  describe.each(databases())(`${options.service} on $name`, ({ programs }) => {
    let postgres: TestPostgres | undefined;
    let station: Station;
    beforeAll(async () => {
      postgres = programs === undefined ? undefined : await startPostgres(programs);
      const databaseUrl = postgres?.createDatabase();
      station = await Station.open({ ...options, ...(databaseUrl && { databaseUrl }) });
      await station.start();
      await prepare(station);
    });
    afterAll(async () => {
      await station.close();
      await postgres?.stop();
    });

    describe.each(cases)('survives kill -9 during $name', ({ flow, points }) => {
      for (let round = 1; round <= rounds(); round += 1) {
        it.each(points)(`at %s (round ${round})`, (point) => crashAt(station, flow, point), CASE_MS);
      }
    });

    it('has lost nothing, doubled nothing and left nothing undone after all kills', async () => {
      await station.stop();
      await requireWhole(station);
    });
  });
}
