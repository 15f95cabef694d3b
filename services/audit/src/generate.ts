import { writeServiceReadme } from '@switchboard/service';
import { writeGeneratedSdl } from '@switchboard/subgraph';
import { appendEntryHandler } from './events/append-entry.ts';
import { AuditChainResolver } from './graphql/audit-chain.resolver.ts';
import { AuditEntryResolver } from './graphql/audit-entry.resolver.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { auditSubgraph } from './graphql/subgraph.ts';
import { audit } from './service.ts';
import type { AppendEntry } from './use-cases/append-entry.ts';
import type { FindEntries } from './use-cases/find-entries.ts';

// Only the schema is wanted: nothing is ever looked up.
const none = {} as FindEntries;
writeGeneratedSdl(
  auditSubgraph([AuditEntryResolver, AuditChainResolver, ContactPointResolver], none),
  new URL('../schema.graphql', import.meta.url),
);
writeServiceReadme(
  audit,
  { handlers: [appendEntryHandler({} as AppendEntry)] },
  new URL('../README.md', import.meta.url),
);
