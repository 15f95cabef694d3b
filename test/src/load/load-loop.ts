import { setTimeout as delay } from 'node:timers/promises';
import { type LoadResult, Tally } from './tally.ts';

/** One request; rejects with a short reason when it was not answered as it should be. */
export type Send = () => Promise<void>;

/** Unanswered requests of a fixed rate; beyond them requests are left out, or an overload would pile up for ever. */
const UNANSWERED_MAX = 500;

/** Keeps `concurrency` requests under way for `seconds`: the rate is what comes out. */
export async function atConcurrency(concurrency: number, seconds: number, send: Send): Promise<LoadResult> {
  const tally = new Tally();
  const endsAt = performance.now() + seconds * 1000;
  const work = async (): Promise<void> => {
    while (performance.now() < endsAt) await tally.take(send, performance.now());
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return tally.result();
}

/**
 * Sends `perSecond` requests a second, whether earlier ones were answered or not: the latencies are what comes out.
 * They count from the moment a request was due, so that a stall is not hidden by the requests it kept from being sent.
 */
export async function atRate(perSecond: number, seconds: number, send: Send): Promise<LoadResult> {
  const tally = new Tally();
  const startedAt = performance.now();
  const underWay = new Set<Promise<void>>();
  for (let count = 0; count < perSecond * seconds; count += 1) {
    const dueAt = startedAt + (count * 1000) / perSecond;
    const early = dueAt - performance.now();
    if (early > 0) await delay(early);
    if (underWay.size >= UNANSWERED_MAX) {
      tally.leaveOut();
      continue;
    }
    const taken = tally.take(send, dueAt).then(() => void underWay.delete(taken));
    underWay.add(taken);
  }
  await Promise.all(underWay);
  return tally.result();
}
