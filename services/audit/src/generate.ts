import { writeServiceReadme } from '@switchboard/service';
import { writeGeneratedSdl } from '@switchboard/subgraph';
import { appendEntryHandler } from './events/append-entry.ts';
import { PUBLISHED } from './events/published.ts';
import { AuditChainResolver } from './graphql/audit-chain.resolver.ts';
import { AuditEntryResolver } from './graphql/audit-entry.resolver.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { type AuditFinders, auditSubgraph } from './graphql/subgraph.ts';
import { ToolCountsResolver } from './graphql/tool-counts.resolver.ts';
import { ToolExecutionResolver } from './graphql/tool-execution.resolver.ts';
import { audit } from './service.ts';
import type { AppendEntry } from './use-cases/append-entry.ts';

// Only the schema is wanted: nothing is ever looked up.
const none = {} as AuditFinders;
writeGeneratedSdl(
  auditSubgraph(
    [AuditEntryResolver, AuditChainResolver, ContactPointResolver, ToolExecutionResolver, ToolCountsResolver],
    none,
  ),
  new URL('../schema.graphql', import.meta.url),
);
writeServiceReadme(
  audit,
  { published: PUBLISHED, handlers: [appendEntryHandler({} as AppendEntry)] },
  new URL('../README.md', import.meta.url),
);
