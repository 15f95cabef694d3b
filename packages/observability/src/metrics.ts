import { AppError } from '@switchboard/errors';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What this process counts and measures; served in Prometheus' text format. */
const registry = new Registry();
let collecting = false;

/** From a fast query to a vendor that takes its time, in seconds. */
const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A duration by labels; `outcome` is `ok` or the code of the failure. */
export interface Timing<L extends string> {
  /** Measures `work`. Labels take few values: each combination is a series. */
  of<T>(labels: Readonly<Record<L, string>>, work: () => Promise<T>): Promise<T>;
  /** Notes what was measured elsewhere. */
  note(labels: Readonly<Record<L, string>>, outcome: string, seconds: number): void;
}

/**
 * Declares a timing, once per process.
 * @param name in Prometheus' manner, such as `switchboard_intent_duration_seconds`.
 */
export function defineTiming<L extends string>(name: string, help: string, labels: readonly L[]): Timing<L> {
  const labelNames = [...labels, 'outcome'];
  const known = registry.getSingleMetric(name) as Histogram | undefined;
  const histogram =
    known ?? new Histogram({ name, help, labelNames, buckets: BUCKETS_S, registers: [registry] });
  const note: Timing<L>['note'] = (values, outcome, seconds) =>
    histogram.observe({ ...values, outcome }, seconds);
  return {
    note,
    async of(values, work) {
      const begin = performance.now();
      let outcome = 'ok';
      try {
        return await work();
      } catch (thrown) {
        outcome = AppError.from(thrown).code;
        throw thrown;
      } finally {
        note(values, outcome, (performance.now() - begin) / 1_000);
      }
    },
  };
}

/** Declares a counter, once per process. @returns adds to it. */
export function defineCounter<L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[],
): (labels: Readonly<Record<L, string>>, many?: number) => void {
  const known = registry.getSingleMetric(name) as Counter | undefined;
  const counter = known ?? new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
  return (labels, many = 1) => counter.inc({ ...labels }, many);
}

/**
 * Declares a level that something else keeps, such as open streams, once per process.
 * @param labelNames take few values: each combination is a series.
 * @returns sets it.
 */
export function defineLevel<L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): (value: number, labels?: Readonly<Record<L, string>>) => void {
  const known = registry.getSingleMetric(name) as Gauge | undefined;
  const gauge = known ?? new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  return (value, labels) => gauge.set({ ...labels }, value);
}

/** A level that is looked up when somebody asks. */
export interface Level {
  readonly name: string;
  readonly help: string;
  readonly value: number;
}

export const METRICS_TYPE = registry.contentType;

/**
 * Everything in Prometheus' text format, the process's own figures included.
 * @param levels what was looked up for this answer.
 */
export async function metricsText(levels: readonly Level[] = []): Promise<string> {
  if (!collecting) {
    collecting = true;
    collectDefaultMetrics({ register: registry });
  }
  const lines = levels.flatMap(({ name, help, value }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    `${name} ${value}`,
  ]);
  return `${await registry.metrics()}\n${lines.map((line) => `${line}\n`).join('')}`;
}
