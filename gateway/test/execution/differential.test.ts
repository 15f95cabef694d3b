import { env } from 'node:process';
import { describe, expect, it } from 'vitest';
import { CALM, type Weather } from './mock-data.ts';
import type { Answered } from './mock-graph.ts';
import { Random } from './random.ts';
import { type RandomOperation, randomOperation } from './random-operation.ts';
import { realGraph } from './real-graph.ts';
import { richGraph } from './rich-graph.ts';

/** Another first seed, and how many: `DIFFERENTIAL_SEED=4711 DIFFERENTIAL_OPERATIONS=1 npx vitest run …`. */
const FIRST_SEED = Number(env.DIFFERENTIAL_SEED ?? 1);
const OPERATIONS = Number(env.DIFFERENTIAL_OPERATIONS ?? 80);

/**
 * Apollo's executor gives errors of entities the wrong place when some entities of a list are not asked for (it counts
 * those it did not send as well). Where an operation may have such lists, indices are left out of the comparison.
 */
const graphs = [
  { name: 'the real graph', load: realGraph, mixedLists: /\bnodes\(/ },
  { name: 'a rich graph', load: richGraph, mixedLists: /./ },
];

const weathers: [string, (random: Random, names: readonly string[]) => Weather][] = [
  ['in good weather', () => ({ ...CALM, nulls: 0.1 })],
  ['with errors, nulls and lost entities', () => ({ ...CALM, nulls: 0.15, errors: 0.05, lost: 0.1 })],
  [
    'with subgraphs that are dead or slow',
    (random, names) => ({
      ...CALM,
      nulls: 0.05,
      dead: new Set(names.filter(() => random.chance(0.3))),
      slow: new Set(names.filter(() => random.chance(0.3))),
    }),
  ],
];

/** Each operation that a seed gives, by name. */
function* seeds(): Generator<{ readonly seed: number; readonly random: Random }> {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + OPERATIONS; seed += 1)
    yield { seed, random: new Random(seed) };
}

function nameOf(seed: number, { query, variables }: RandomOperation): string {
  return `seed ${seed}: ${query} ${JSON.stringify(variables)}`;
}

describe.each(graphs)('random operations over $name', ({ load, mixedLists }) => {
  it.each(weathers)("are answered as by Apollo's executor %s", async (_weather, weatherOf) => {
    const graph = await load();
    const names = [...graph.subgraphs.keys()];
    for (const { seed, random } of seeds()) {
      graph.weather = { ...weatherOf(random, names), seed };
      const kind = random.chance(0.15) ? 'mutation' : 'query';
      // Apollo's executor loses fragments in fragments about interfaces; the test below covers them.
      const operation = randomOperation(graph.schema, { kind, narrows: false }, random);
      const stock = await graph.stock(operation);
      const ours = await graph.ours(operation);
      const named = nameOf(seed, operation);
      const hasMixedLists = mixedLists.test(operation.query);
      const compared = (answer: Answered) => ({ named, ...comparable(answer, hasMixedLists) });
      expect(compared(ours)).toEqual(compared(stock));
      expect(misplaced(ours), named).toEqual([]);
      // What Apollo's executor asks at once, out of order, is asked one after the other.
      if (kind === 'query') expect(ours.asked.length, named).toBeLessThanOrEqual(stock.asked.length);
    }
    expect(graph.leftToStock).toBe(0);
  });

  it('are answered as by graphql-js over all the data at once, the order of fields included', async () => {
    const graph = await load();
    for (const { seed, random } of seeds()) {
      graph.weather = { ...CALM, nulls: 0.15, seed };
      const operation = randomOperation(graph.schema, { kind: 'query', narrows: true }, random);
      const whole = await graph.whole(operation);
      const ours = await graph.ours(operation);
      const inOrder = (data: unknown) => JSON.stringify(data, null, 1);
      expect(inOrder(ours.data), nameOf(seed, operation)).toBe(inOrder(whole.data));
      const wrongs = [...ours.errors, ...ours.faults];
      expect(wrongs.length > 0, nameOf(seed, operation)).toBe(whole.errors.length > 0);
      expect(misplaced({ ...ours, errors: wrongs }), nameOf(seed, operation)).toEqual([]);
    }
  });
});

/** What must be equal, whatever the order of errors. */
function comparable({ data, errors, faults }: Answered, hasMixedLists: boolean) {
  const placed = ({ path = [], extensions }: Answered['errors'][number]) =>
    `${path.map((step) => (hasMixedLists && typeof step === 'number' ? '#' : step)).join('.')} ${extensions?.code}`;
  const all = errors.map(placed).sort();
  return {
    data,
    errors: hasMixedLists ? [...new Set(all)] : all,
    faults: faults.map(({ path = [] }) => path.join('.')).sort(),
  };
}

/** Errors that stand at a value that is there; at an object they tell that part of it is missing. */
function misplaced({ data, errors }: Pick<Answered, 'data' | 'errors'>): string[] {
  return errors
    .filter(({ path }) => {
      let value: unknown = data;
      for (const step of path ?? []) {
        if (value === null || value === undefined) return false;
        value = (value as Record<string | number, unknown>)[step];
      }
      return value !== null && value !== undefined && (typeof value !== 'object' || Array.isArray(value));
    })
    .map(({ path }) => String(path));
}
