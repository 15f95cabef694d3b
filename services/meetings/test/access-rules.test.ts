import { accessFaults } from '@switchboard/testing';
import { expect, it } from 'vitest';
import { ContactPointResolver } from '../src/graphql/contact-point.resolver.ts';
import { MeetingResolver } from '../src/graphql/meeting.resolver.ts';
import { meetingsSubgraph } from '../src/graphql/subgraph.ts';

it('refuses every field with an access rule exactly to the callers that do not satisfy it', async () => {
  // What the resolvers call is absent: only who gets that far is asked.
  const subgraph = meetingsSubgraph([MeetingResolver, ContactPointResolver], {} as never);
  expect(await accessFaults(subgraph, new URL('../schema.graphql', import.meta.url))).toEqual([]);
});
