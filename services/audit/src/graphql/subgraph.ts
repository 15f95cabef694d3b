import { buildSubgraph, contactPointReference, type Subgraph, scoped } from '@switchboard/subgraph';
import type { FindEntries } from '../use-cases/find-entries.ts';
import type { FindToolExecutions } from '../use-cases/find-tool-executions.ts';
import { toAuditEntry } from './audit-entry.type.ts';
import { toToolExecution } from './tool-execution.type.ts';

/** What other subgraphs and `node` may ask for, always within the caller's workspace. */
export interface AuditFinders {
  readonly entries: FindEntries;
  readonly executions: FindToolExecutions;
}

/** Audit's part of the graph. The classes of the resolvers will do where only the schema is wanted. */
export function auditSubgraph(resolvers: readonly object[], { entries, executions }: AuditFinders): Subgraph {
  return buildSubgraph({
    name: 'audit',
    resolvers,
    references: {
      AuditEntry: scoped('audit:read', (ids, caller) => entries.byIds(caller, ids), toAuditEntry),
      ToolExecution: scoped('audit:read', (ids, caller) => executions.byIds(caller, ids), toToolExecution),
      ...contactPointReference,
    },
  });
}
