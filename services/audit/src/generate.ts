import { writeGeneratedSdl } from '@switchboard/subgraph';
import { AuditChainResolver } from './graphql/audit-chain.resolver.ts';
import { AuditEntryResolver } from './graphql/audit-entry.resolver.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { auditSubgraph } from './graphql/subgraph.ts';
import type { FindEntries } from './use-cases/find-entries.ts';

// Only the schema is wanted: nothing is ever looked up.
const none = {} as FindEntries;
writeGeneratedSdl(
  auditSubgraph([AuditEntryResolver, AuditChainResolver, ContactPointResolver], none),
  new URL('../schema.graphql', import.meta.url),
);
