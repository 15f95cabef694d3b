import { describe, expect, it } from 'vitest';
import { type Question, type ScriptedGraph, scriptedGraph } from './scripted-graph.ts';

const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])';

/** Accounts lists its users itself; reviews leads to them once more. */
const CLUB = [
  {
    name: 'accounts',
    sdl: `${FEDERATION}
      type Query { users: [User] }
      type Mutation { rename(name: String!): User }
      type User @key(fields: "id") { id: ID! name(upper: Boolean = false): String home: Town }
      type Town { street: String town: String }`,
  },
  {
    name: 'reviews',
    sdl: `${FEDERATION}
      type Review { author: User }
      type User @key(fields: "id") { id: ID! reviews: [Review] }`,
  },
];

const user = (id: string) => ({ __typename: 'User', id });
const told = (id: string) => ({
  ...user(id),
  name: `name of ${id}`,
  called: `NAME OF ${id}`,
  home: { street: 'Main Street', town: id },
});

/** Users 1 and 2 are listed; the reviews of each are by the next one, those of 9 by 9. */
function answer({ subgraph, representations }: Question) {
  if (subgraph === 'reviews') {
    return {
      data: {
        _entities: representations.map(({ id }) => ({
          reviews: [{ author: user(id === '9' ? id : String(Number(id) + 1)) }],
        })),
      },
    };
  }
  if (representations.length > 0) return { data: { _entities: representations.map(({ id }) => told(id)) } };
  return { data: { users: ['1', '2'].map(told), rename: told('9') } };
}

const askedOfAccounts = (graph: ScriptedGraph) =>
  graph.questions
    .filter(({ subgraph, representations }) => subgraph === 'accounts' && representations.length > 0)
    .map(({ representations }) => representations.map(({ id }) => id));

describe('an entity that a subgraph has told of', () => {
  it('is not asked for again by what leads to it from elsewhere; others are', async () => {
    const graph = await scriptedGraph(CLUB, answer);
    const { data } = await graph.run('{ users { id name reviews { author { id name } } } }');
    const authors = data.users.map(({ reviews }: { reviews: unknown }) => reviews);
    expect(authors).toEqual(['2', '3'].map((id) => [{ author: { id, name: `name of ${id}` } }]));
    expect(askedOfAccounts(graph)).toEqual([['3']]);
  });

  it('needs not have been told in the same order, nor about the same alone', async () => {
    const graph = await scriptedGraph(CLUB, answer);
    const { data } = await graph.run(
      '{ users { name home { street town } id reviews { author { home { town } name } } } }',
    );
    expect(data.users[0].reviews[0].author).toEqual({ home: { town: '2' }, name: 'name of 2' });
    expect(askedOfAccounts(graph)).toEqual([['3']]);
  });

  it('has elsewhere only what is asked for there', async () => {
    const graph = await scriptedGraph(CLUB, answer);
    const { data } = await graph.run(
      'query ($no: Boolean!) { users { id name home { town } reviews { author { home { town } name: id @include(if: $no) } } } }',
      { no: false },
    );
    expect(data.users[0].reviews[0].author).toEqual({ home: { town: '2' } });
  });

  it.each([
    ['by another name', '{ users { id called: name reviews { author { name } } } }'],
    ['with an argument', '{ users { id name(upper: true) reviews { author { name } } } }'],
    ['without all of it', '{ users { id name reviews { author { name home { town } } } } }'],
    ['on a condition', '{ users { id name @include(if: true) reviews { author { name } } } }'],
  ])('%s, is asked for', async (_how, query) => {
    const graph = await scriptedGraph(CLUB, answer);
    const { data } = await graph.run(query);
    expect(data.users[0].reviews[0].author.name).toBe('name of 2');
    expect(askedOfAccounts(graph)).toEqual([['2', '3']]);
  });

  it('is asked for when the answer had errors: what is null there may be something here', async () => {
    const graph = await scriptedGraph(CLUB, (question) => {
      const answered = answer(question);
      if (question.subgraph !== 'accounts' || question.representations.length > 0) return answered;
      return {
        data: { users: [told('1'), { ...told('2'), name: null }] },
        errors: [{ message: 'not now', path: ['users', 1, 'name'], extensions: { code: 'UNAVAILABLE' } }],
      };
    });
    const { data, errors } = await graph.run('{ users { id name reviews { author { name } } } }');
    expect(data.users[1].name).toBeNull();
    expect(data.users[0].reviews[0].author.name).toBe('name of 2');
    expect(errors).toHaveLength(1);
    expect(askedOfAccounts(graph)).toEqual([['2', '3']]);
  });

  it('is asked for after a mutation, which may have changed it', async () => {
    const graph = await scriptedGraph(CLUB, answer);
    await graph.run('mutation { rename(name: "a") { id name reviews { author { name } } } }');
    expect(askedOfAccounts(graph)).toEqual([['9']]);
  });
});
