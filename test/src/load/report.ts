import type { Figure, Figures } from './figures.ts';

const RUN_COLUMNS = ['perSecond', 'p50Ms', 'p99Ms', 'maxMs', 'requests', 'errors', 'notSent'] as const;
const HEADINGS = ['answers/s', 'p50 ms', 'p99 ms', 'max ms', 'requests', 'errors', 'not sent'];

/** The figures for a person to read. */
export function report(figures: Figures): string {
  const all = figures.all();
  const runKeys = figures.runs.map(({ key }) => key);
  const runs = table([
    ['', ...HEADINGS],
    ...runKeys.map((key) => [key, ...RUN_COLUMNS.map((column) => shown(all[`${key}.${column}`]))]),
  ]);
  const single = Object.keys(all).filter(
    (key) => !isPartFigure(key) && !runKeys.some((run) => key.startsWith(`${run}.`)),
  );
  const others = table(single.map((key) => [key, shown(all[key]), unitOf(key)]));
  const notes = figures.notes.length > 0 ? figures.notes : ['no errors'];
  return [runs, partsTable(all), others, notes.map((note) => `  ${note}`).join('\n')].join('\n\n');
}

const CPU_KEYS = ['query', 'signIn', 'mutation', 'webhook'];
const CPU_HEADINGS = CPU_KEYS.map((key) => `CPU ms a ${key}`);
const PART_FIGURE = /^(?:memory|cpu\.\w+|start\.cold|start\.second)\.(?!readyMs)/;

function isPartFigure(key: string): boolean {
  return PART_FIGURE.test(key);
}

/** Starts, memory and processor time by part. */
function partsTable(all: Readonly<Record<string, Figure>>): string {
  const parts = Object.keys(all).flatMap((key) => /^memory\.(\w+)\.idleMiB$/.exec(key)?.[1] ?? []);
  return table([
    ['part', 'first start ms', 'second start ms', 'idle MiB', 'after load MiB', ...CPU_HEADINGS],
    ...parts.map((part) => [
      part,
      shown(all[`start.cold.${part}Ms`]),
      shown(all[`start.second.${part}Ms`]),
      shown(all[`memory.${part}.idleMiB`]),
      shown(all[`memory.${part}.loadedMiB`]),
      ...CPU_KEYS.map((key) => shown(all[`cpu.${key}.${part}Ms`])),
    ]),
    ['all', '', '', '', '', ...CPU_KEYS.map((key) => shown(all[`cpu.${key}.totalMs`]))],
  ]);
}

function unitOf(key: string): string {
  if (key.endsWith('Ms')) return 'ms';
  if (key.endsWith('PerSecond')) return 'events/s';
  if (key.endsWith('Ratio')) return 'times';
  return '';
}

function shown(figure: Figure | undefined): string {
  return figure === null || figure === undefined ? '-' : String(figure);
}

/** The first column to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('   '),
    )
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
}
