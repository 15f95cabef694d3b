import { expect, it } from 'vitest';
import { normaliseOperation } from './normalise-operation.ts';

function document(query: string, name?: string): string | undefined {
  return normaliseOperation(query, name)?.document;
}

it('nothing remains of what a person may have written', () => {
  const query = `# alice's
    query Find($id: ID = "alice", $n: Int = 77) {
      a: notes(filter: { text: "alice", sizes: [77, 78, 79], range: { from: 77.5 }, block: """alice""" }, id: $id, n: $n) { id }
    }`;
  const text = document(query);
  expect(text).not.toMatch(/alice|7/);
  expect(text).toContain('sizes:[0]');
});

it('spellings of one operation are one', () => {
  const spellings = [
    'query A($a: Int, $b: Int) { x(b: $b, a: $a) { two one ...F } } fragment F on T { three }',
    'fragment F on T { three } query A($b: Int, $a: Int) { x(a: $a, b: $b) { ...F one two } }',
    'query A($b: Int, $a: Int) { x(a: $a, b: $b) { ...F one two } } fragment F on T { three } fragment G on T { unused }',
    'query B { other } query A($b: Int, $a: Int) { x(a: $a, b: $b) { ...F one two } } fragment F on T { three }',
  ];
  expect(new Set(spellings.map((query) => normaliseOperation(query, 'A')?.hash)).size).toBe(1);
});

it('lists of any length are one, enums and booleans stay', () => {
  expect(document('{ x(ids: ["a"], order: NEWEST, all: true) }')).toBe(
    document('{ x(ids: ["b", "c"], order: NEWEST, all: true) }'),
  );
  expect(document('{ x(order: NEWEST) }')).not.toBe(document('{ x(order: OLDEST) }'));
});

it('has no answer where the operation is not clear', () => {
  expect(normaliseOperation('query A { a } query B { b }', undefined)).toBeUndefined();
  expect(normaliseOperation('query A { a }', 'C')).toBeUndefined();
  expect(normaliseOperation('{ a }', undefined)).not.toHaveProperty('name');
});
