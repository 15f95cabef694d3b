import { AuditService } from '@switchboard/proto-schemas';
import { answers, defineService } from '@switchboard/service';
import { auditConfig } from './config.ts';
import { AuditCheckpoint } from './domain/audit-checkpoint.ts';
import { AuditEntry } from './domain/audit-entry.ts';
import { AuditHead } from './domain/audit-head.ts';
import { ChainSigner } from './domain/chain-signer.ts';
import { SubjectKey } from './domain/subject-key.ts';
import { ToolExecution } from './domain/tool-execution.ts';
import { appendEntryHandler } from './events/append-entry.ts';
import { AuditChainResolver } from './graphql/audit-chain.resolver.ts';
import { AuditEntryResolver } from './graphql/audit-entry.resolver.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { auditSubgraph } from './graphql/subgraph.ts';
import { ToolCountsResolver } from './graphql/tool-counts.resolver.ts';
import { ToolExecutionResolver } from './graphql/tool-execution.resolver.ts';
import { migrations } from './persistence/migrations.ts';
import { auditInventory } from './personal-data.ts';
import { auditAnswers } from './rpc/audit-answers.ts';
import { AppendEntry } from './use-cases/append-entry.ts';
import { BeginToolExecution } from './use-cases/begin-tool-execution.ts';
import { CountToolExecutions } from './use-cases/count-tool-executions.ts';
import { FindContactEntries } from './use-cases/find-contact-entries.ts';
import { FindEntries } from './use-cases/find-entries.ts';
import { FindToolExecutions } from './use-cases/find-tool-executions.ts';
import { FinishToolExecution } from './use-cases/finish-tool-execution.ts';
import { rotateVaultKey } from './use-cases/rotate-vault-key.ts';
import { SubjectKeys, type VaultKeys } from './use-cases/seal-for-subject.ts';
import { SummariseEntries } from './use-cases/summarise-entries.ts';
import { VerifyChain } from './use-cases/verify-chain.ts';

/** The audit service: every event of every service, kept so that no later change goes unnoticed. */
export const audit = defineService({
  name: 'audit',
  config: auditConfig,
  entities: [AuditEntry, AuditHead, AuditCheckpoint, ToolExecution, SubjectKey],
  migrations,
  inventory: auditInventory,
  async compose({ database, unitOfWork, rpc, logger }, config) {
    const { AUDIT_VAULT_KEY: current, AUDIT_VAULT_KEY_PREVIOUS: previous } = config;
    const vaultKeys: VaultKeys = previous ? [current, previous] : [current];
    await rotateVaultKey(database, vaultKeys);
    const keys = new SubjectKeys(vaultKeys);
    const executions = new FindToolExecutions(database, keys);
    const signer = new ChainSigner(config.AUDIT_CHECKPOINT_KEY, config.AUDIT_CHECKPOINT_KEY_PREVIOUS);
    const find = new FindEntries(database);
    const resolvers = [
      new AuditEntryResolver(find),
      new AuditChainResolver(new VerifyChain(database, signer), new SummariseEntries(database)),
      new ContactPointResolver(new FindContactEntries(find, rpc, logger)),
      new ToolExecutionResolver(executions),
      new ToolCountsResolver(new CountToolExecutions(database)),
    ];
    return {
      subgraph: auditSubgraph(resolvers, { entries: find, executions }),
      handlers: [appendEntryHandler(new AppendEntry(signer, logger))],
      intents: [],
      answers: [
        answers(
          AuditService,
          auditAnswers(new BeginToolExecution(unitOfWork, keys), new FinishToolExecution(unitOfWork, keys)),
        ),
      ],
    };
  },
});
