import { accessFaults } from '@switchboard/testing';
import { expect, it } from 'vitest';
import { ContactPointResolver } from '../src/graphql/contact-point.resolver.ts';
import { PaymentResolver } from '../src/graphql/payment.resolver.ts';
import { RefundResolver } from '../src/graphql/refund.resolver.ts';
import { billingSubgraph } from '../src/graphql/subgraph.ts';

it('refuses every field with an access rule exactly to the callers that do not satisfy it', async () => {
  // What the resolvers call is absent: only who gets that far is asked.
  const subgraph = billingSubgraph([PaymentResolver, RefundResolver, ContactPointResolver], {} as never);
  expect(await accessFaults(subgraph, new URL('../schema.graphql', import.meta.url))).toEqual([]);
});
