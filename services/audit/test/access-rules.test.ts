import { accessFaults } from '@switchboard/testing';
import { expect, it } from 'vitest';
import { AuditChainResolver } from '../src/graphql/audit-chain.resolver.ts';
import { AuditEntryResolver } from '../src/graphql/audit-entry.resolver.ts';
import { ContactPointResolver } from '../src/graphql/contact-point.resolver.ts';
import { auditSubgraph } from '../src/graphql/subgraph.ts';
import { ToolCountsResolver } from '../src/graphql/tool-counts.resolver.ts';
import { ToolExecutionResolver } from '../src/graphql/tool-execution.resolver.ts';

it('refuses every field with an access rule exactly to the callers that do not satisfy it', async () => {
  // What the resolvers call is absent: only who gets that far is asked.
  const subgraph = auditSubgraph(
    [AuditEntryResolver, AuditChainResolver, ContactPointResolver, ToolExecutionResolver, ToolCountsResolver],
    {} as never,
  );
  expect(await accessFaults(subgraph, new URL('../schema.graphql', import.meta.url))).toEqual([]);
});
