import { defineService } from '@switchboard/service';
import { auditConfig } from './config.ts';
import { AuditCheckpoint } from './domain/audit-checkpoint.ts';
import { AuditEntry } from './domain/audit-entry.ts';
import { AuditHead } from './domain/audit-head.ts';
import { ChainSigner } from './domain/chain-signer.ts';
import { appendEntryHandler } from './events/append-entry.ts';
import { AuditChainResolver } from './graphql/audit-chain.resolver.ts';
import { AuditEntryResolver } from './graphql/audit-entry.resolver.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { auditSubgraph } from './graphql/subgraph.ts';
import { migrations } from './persistence/migrations.ts';
import { auditInventory } from './personal-data.ts';
import { AppendEntry } from './use-cases/append-entry.ts';
import { FindContactEntries } from './use-cases/find-contact-entries.ts';
import { FindEntries } from './use-cases/find-entries.ts';
import { SummariseEntries } from './use-cases/summarise-entries.ts';
import { VerifyChain } from './use-cases/verify-chain.ts';

/** The audit service: every event of every service, kept so that no later change goes unnoticed. */
export const audit = defineService({
  name: 'audit',
  config: auditConfig,
  entities: [AuditEntry, AuditHead, AuditCheckpoint],
  migrations,
  inventory: auditInventory,
  compose({ database, rpc, logger }, config) {
    const signer = new ChainSigner(config.AUDIT_CHECKPOINT_KEY, config.AUDIT_CHECKPOINT_KEY_PREVIOUS);
    const find = new FindEntries(database);
    const resolvers = [
      new AuditEntryResolver(find),
      new AuditChainResolver(new VerifyChain(database, signer), new SummariseEntries(database)),
      new ContactPointResolver(new FindContactEntries(find, rpc, logger)),
    ];
    return {
      subgraph: auditSubgraph(resolvers, find),
      handlers: [appendEntryHandler(new AppendEntry(signer, logger))],
      intents: [],
    };
  },
});
