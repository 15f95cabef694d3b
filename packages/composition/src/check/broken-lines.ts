import type { BrokenOperation } from './broken-operation.ts';

/** How many of a list's entries a person reads. */
const SHOWN = 20;

/** The lines that say why a supergraph is refused for what it breaks. */
export function brokenLines(broken: readonly BrokenOperation[]): string[] {
  const lines = broken
    .slice(0, SHOWN)
    .map(({ hash, name, reasons }) => `${name ?? 'anonymous'} (${hash.slice(0, 12)}): ${reasons.join('; ')}`);
  return broken.length > SHOWN ? [...lines, `… and ${broken.length - SHOWN} more operations`] : lines;
}
