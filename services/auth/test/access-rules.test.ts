import { accessFaults } from '@switchboard/testing';
import { expect, it } from 'vitest';
import { RESOLVER_CLASSES } from '../src/graphql/resolver-classes.ts';
import { authSubgraph } from '../src/graphql/subgraph.ts';

it('refuses every field with an access rule exactly to the callers that do not satisfy it', async () => {
  // What the resolvers call is absent: only who gets that far is asked.
  const subgraph = authSubgraph(RESOLVER_CLASSES, {} as never);
  expect(await accessFaults(subgraph, new URL('../schema.graphql', import.meta.url))).toEqual([]);
});
