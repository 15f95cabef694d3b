import type { ServiceProcess } from './service-process.ts';
import type { Station } from './station.ts';

const DEATH_MS = 15_000;

/** One thing a client does that must survive a crash of the service at any point. */
export interface Flow<R> {
  /** What tells one run from all others: a key, a recipient. Made before anything can crash. */
  fresh(): R;
  /** Does it, as a client would; called again with the same run after a crash. */
  act(station: Station, run: R): Promise<void>;
  /** Resolves when the run has come to its end. */
  settled(station: Station, run: R): Promise<void>;
  /** What must hold at the end. @throws when something was lost or doubled. */
  verify(station: Station, run: R): Promise<void>;
}

/**
 * Runs a flow in a service that dies at a failpoint, starts the service again, and checks. The service must be
 * running and at rest; it is so again afterwards.
 * @param point name of a failpoint, with the passage that dies: `intent.after-act:2`.
 */
export async function crashAt<R>(station: Station, flow: Flow<R>, point: string): Promise<void> {
  const run = flow.fresh();
  // A case that failed before this one may have left nothing running.
  if (!station.running.isRunning) await station.start();
  const doomed = station.running;
  station.arm(point);
  // The client's own connection may break, or it may be answered before the death: both are fine.
  void flow.act(station, run).catch(() => {});
  await requireDeath(doomed, point);
  await station.passLeases();
  await station.start();
  await flow.act(station, run);
  await flow.settled(station, run);
  await station.untilQuiet();
  await flow.verify(station, run);
}

async function requireDeath(doomed: ServiceProcess, point: string): Promise<void> {
  const late = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), DEATH_MS).unref();
  });
  const ending = await Promise.race([doomed.ended, late]);
  if (ending?.signal === 'SIGKILL') return;
  const log = doomed.log().slice(-3000);
  throw new Error(`the flow never passed ${point}; ended ${JSON.stringify(ending)}; log:\n${log}`);
}

/** How often each case runs: once, or as `npm run test:faults` says. */
export function rounds(): number {
  return Number(process.env.FAULT_ROUNDS ?? 1);
}
