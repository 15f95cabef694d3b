import { describe, expect, it } from 'vitest';
import { composeSupergraph } from '../compose-supergraph.ts';
import { normaliseOperation } from '../operations/normalise-operation.ts';
import { checkSupergraph } from './check-supergraph.ts';

const SDL = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
interface Node { id: ID! }
type Note implements Node @key(fields: "id") @tag(name: "id-nte") { id: ID! text: String! mood: Mood tags: [String!]! size: Int }
enum Mood { GOOD BAD }
enum Order { NEWEST OLDEST }
input NoteFilter { text: String mood: Mood range: Range }
input Range { from: Int to: Int }
input NoteInput { text: String! mood: Mood }
union Found = Note | Miss
type Miss { reason: String }
type Query { notes(filter: NoteFilter, order: Order, first: Int): [Note!] found: Found }
type Mutation { noteAdd(input: NoteInput!): Note }
`;

function compose(sdl: string): string {
  const composed = composeSupergraph([{ name: 'notes', sdl }]);
  if (!composed.ok) throw new Error(composed.faults.join('\n'));
  return composed.supergraphSdl;
}

const before = compose(SDL);

/** Why the operation would break when one part of the schema becomes another; empty when it would not. */
async function broken(change: [from: string, to: string], query: string): Promise<string> {
  expect(SDL).toContain(change[0]);
  const operation = normaliseOperation(query, undefined);
  if (!operation) throw new Error('no operation');
  const checked = await checkSupergraph(compose(SDL.replace(...change)), before, async () => [operation]);
  return checked.broken.flatMap(({ reasons }) => reasons).join('; ');
}

describe('a change breaks an operation', () => {
  it.each<[string, [string, string], string, RegExp]>([
    ['a field it selects goes', [' size: Int', ''], '{ notes { size } }', /Cannot query field "size"/],
    [
      'a field has another type',
      ['size: Int', 'size: String'],
      '{ notes { size } }',
      /Note.size was Int and is now String/,
    ],
    ['a value becomes a list', ['size: Int', 'size: [Int]'], '{ notes { size } }', /is now \[Int\]/],
    ['null where there was none', ['text: String!', 'text: String'], '{ notes { text } }', /may now be null/],
    [
      'null inside of a list',
      ['tags: [String!]!', 'tags: [String]!'],
      '{ notes { tags } }',
      /may now be null/,
    ],
    [
      'an argument it gives goes',
      [', first: Int', ''],
      '{ notes(first: 5) { id } }',
      /Unknown argument "first"/,
    ],
    [
      'an argument becomes required',
      ['first: Int', 'first: Int!'],
      '{ notes { id } }',
      /argument "first" of type "Int!" is required/,
    ],
    [
      'an enum value it writes goes',
      ['NEWEST OLDEST', 'NEWEST'],
      '{ notes(order: OLDEST) { id } }',
      /"OLDEST" does not exist/,
    ],
    [
      'an enum value it may send goes',
      ['NEWEST OLDEST', 'NEWEST'],
      'query ($o: Order) { notes(order: $o) { id } }',
      /\$o: Order no longer has OLDEST/,
    ],
    [
      'an input field it writes goes',
      ['{ text: String mood: Mood range', '{ mood: Mood range'],
      '{ notes(filter: {text: "x"}) { id } }',
      /Field "text" is not defined/,
    ],
    [
      'an input field it may send goes',
      ['{ text: String mood: Mood range', '{ mood: Mood range'],
      'query ($f: NoteFilter) { notes(filter: $f) { id } }',
      /NoteFilter.text was removed/,
    ],
    [
      'deep in what it may send',
      ['from: Int to: Int', 'from: Int to: Int!'],
      'query ($f: NoteFilter) { notes(filter: $f) { id } }',
      /Range.to is required now/,
    ],
    [
      'an input field is new and required',
      ['text: String! mood: Mood }', 'text: String! mood: Mood size: Int! }'],
      'mutation ($i: NoteInput!) { noteAdd(input: $i) { id } }',
      /NoteInput.size is new and required/,
    ],
    [
      'a type it asks for leaves a union',
      ['Note | Miss', 'Note'],
      '{ found { ... on Miss { reason } } }',
      /can never be of type "Miss"/,
    ],
    [
      'in a fragment too',
      [' size: Int', ''],
      '{ notes { ...F } } fragment F on Note { size }',
      /Cannot query field "size"/,
    ],
  ])('%s', async (_name, change, query, reason) => {
    expect(await broken(change, query)).toMatch(reason);
  });
});

describe('a change breaks nothing', () => {
  it.each<[string, [string, string], string]>([
    ['that the operation does not use', [' size: Int', ''], '{ notes { id text } }'],
    ['by adding', ['size: Int', 'size: Int more: String'], '{ notes { size } }'],
    ['by promising more', ['size: Int', 'size: Int!'], '{ notes { size } }'],
    [
      'by asking for less',
      ['text: String! mood: Mood }', 'text: String mood: Mood }'],
      'mutation ($i: NoteInput!) { noteAdd(input: $i) { id } }',
    ],
    [
      'by a new input field with a default',
      ['text: String! mood: Mood }', 'text: String! mood: Mood size: Int! = 1 }'],
      'mutation ($i: NoteInput!) { noteAdd(input: $i) { id } }',
    ],
    [
      'by a new value',
      ['GOOD BAD', 'GOOD BAD UGLY'],
      'query ($f: NoteFilter) { notes(filter: $f) { mood } }',
    ],
  ])('%s', async (_name, change, query) => {
    expect(await broken(change, query)).toBe('');
  });

  it('and is listed all the same', async () => {
    const without = compose(SDL.replace(' size: Int', '').replace('GOOD BAD', 'GOOD BAD UGLY'));
    const { changes, broken } = await checkSupergraph(without, before, async () => []);
    expect(broken).toEqual([]);
    expect(changes.map(({ severity, description }) => `${severity}: ${description}`)).toEqual([
      'breaking: Note.size was removed.',
      'dangerous: UGLY was added to enum type Mood.',
    ]);
  });

  it('that was served before: what was broken already does not count', async () => {
    expect(await broken([' size: Int', ''], '{ notes { nothing size } }')).toBe('');
  });

  it('so that operations are read only where something could break', async () => {
    const unreadable = () => Promise.reject(new Error('away'));
    const more = compose(SDL.replace('size: Int', 'size: Int more: String'));
    expect((await checkSupergraph(more, before, unreadable)).broken).toEqual([]);
    expect((await checkSupergraph(before, undefined, unreadable)).broken).toEqual([]);
    const less = compose(SDL.replace(' size: Int', ''));
    await expect(checkSupergraph(less, before, unreadable)).rejects.toThrow('away');
  });
});
