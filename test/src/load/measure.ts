import type { House } from '../house/start-house.ts';
import type { ApiLoad } from './api-load.ts';
import type { BenchWorkspace } from './bench-workspace.ts';
import type { EventLag } from './event-lag.ts';
import type { Figures } from './figures.ts';
import type { Operator } from './house-watch.ts';

/** What a measurement of a running installation gets. */
export interface Bench {
  readonly house: House;
  readonly workspace: BenchWorkspace;
  readonly api: ApiLoad;
  readonly operator: Operator;
  readonly lag: EventLag;
  readonly figures: Figures;
  /** How long one measurement takes. */
  readonly seconds: number;
  /** Texts that were sent so far. */
  readonly smsIds: string[];
}

/** One measurement of a running installation. */
export interface Measurement {
  readonly title: string;
  readonly run: (bench: Bench) => Promise<void>;
}

/** How long to warm caches and compilers up before measuring for `seconds`. */
export function warmUpSeconds(seconds: number): number {
  return Math.min(2, seconds / 3);
}
