/** Ids and other values that one step of the tour leaves for the next. */
export type Known = Readonly<Record<string, string>>;

/** A ready-made operation of the explorer. */
export interface TourOperation {
  /** The name in the document, which is also the tab's title. */
  readonly name: string;
  /** What the reader gets out of it, in a few words. */
  readonly title: string;
  readonly query: string;
  /** @param known what earlier steps left; use {@link earlier} for what may be missing. */
  readonly variables?: (known: Known) => Readonly<Record<string, unknown>>;
  /** Where in the answer's data the values for later steps stand: name to path. */
  readonly leaves?: Readonly<Record<string, string>>;
}

export interface TourGroup {
  readonly title: string;
  readonly operations: readonly TourOperation[];
}

/** A value an earlier step left, or words that say which step has to run first. */
export function earlier(known: Known, name: string, step: string): string {
  return known[name] ?? `<run ${step} first>`;
}

/** A key that is new in each tab, so that running it again in the same tab replays instead of acting twice. */
export function freshKey(): string {
  return crypto.randomUUID();
}

/** What an answer leaves for later steps. */
export function leftBehind(operation: TourOperation, data: unknown): Known {
  const found: Record<string, string> = {};
  for (const [name, path] of Object.entries(operation.leaves ?? {})) {
    const value = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], data);
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}
