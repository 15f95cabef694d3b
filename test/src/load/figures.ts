import type { LoadResult } from './tally.ts';

/** A figure: a number, a word, or `null` when it could not be measured. */
export type Figure = number | string | null;

/** Everything that was measured, by stable names. */
export class Figures {
  readonly #values = new Map<string, Figure>();
  readonly #runs: { readonly key: string; readonly errors: number }[] = [];
  /** What was noticed on the way: errors, and what could not be measured. */
  readonly notes: string[] = [];

  set(key: string, value: Figure | undefined): void {
    this.#values.set(key, typeof value === 'number' ? rounded(value) : (value ?? null));
  }

  /** Takes a run of requests as `<key>.perSecond`, `.p50Ms`, `.p99Ms`, `.maxMs`, `.requests`, `.errors`, `.notSent`. */
  setRun(key: string, result: LoadResult): void {
    const { reasons, ...values } = result;
    for (const [name, value] of Object.entries(values)) this.set(`${key}.${name}`, value);
    this.#runs.push({ key, errors: result.errors });
    const happened = Object.entries(reasons).map(([reason, count]) => `${count} × ${reason}`);
    if (happened.length > 0) this.notes.push(`${key}: errors: ${happened.join(', ')}`);
    if (result.notSent > 0)
      this.notes.push(`${key}: ${result.notSent} requests left out, too many unanswered`);
  }

  /** Notes a run that was not made, and why. */
  leaveOut(key: string, reason: string): void {
    for (const name of ['requests', 'perSecond', 'p50Ms', 'p99Ms', 'maxMs', 'errors', 'notSent']) {
      this.set(`${key}.${name}`, null);
    }
    this.#runs.push({ key, errors: 0 });
    this.notes.push(`${key}: left out: ${reason}`);
  }

  get(key: string): Figure | undefined {
    return this.#values.get(key);
  }

  /** The runs of requests, those that were left out too. */
  get runs(): readonly { readonly key: string; readonly errors: number }[] {
    return this.#runs;
  }

  /** Every figure, runs included, in the order in which they were measured. */
  all(): Readonly<Record<string, Figure>> {
    return Object.fromEntries(this.#values);
  }
}

/** Three digits behind the point for small figures, one for large ones. */
function rounded(value: number): number {
  const digits = Math.abs(value) < 10 ? 3 : 1;
  return Number(value.toFixed(digits));
}
