import type { Recorder } from './recorder.ts';

/** A provider whose operations tell the recorder their names before they run. */
export interface Watched<P> {
  readonly provider: P;
  /** Every operation of every role, such as `sender.send`. */
  readonly operations: readonly string[];
  readonly called: ReadonlySet<string>;
}

/** Wraps each role of a provider; what the provider holds besides (its id, pure functions) is left as it is. */
export function watchProvider<P extends object>(provider: P, recorder: Recorder): Watched<P> {
  const operations: string[] = [];
  const called = new Set<string>();
  const roles = Object.entries(provider).map(([role, operationsOfRole]) => {
    if (typeof operationsOfRole !== 'object' || operationsOfRole === null) return [role, operationsOfRole];
    const watched = Object.entries(operationsOfRole as Record<string, unknown>).map(([name, operation]) => {
      const label = `${role}.${name}`;
      operations.push(label);
      const watchedOperation = (...parameters: unknown[]) => {
        called.add(label);
        recorder.operation = label;
        return (operation as (...all: unknown[]) => unknown)(...parameters);
      };
      return [name, watchedOperation];
    });
    return [role, Object.fromEntries(watched)];
  });
  return { provider: Object.fromEntries(roles) as P, operations, called };
}
