import { buildSubgraph, contactPointReference, type Subgraph, scoped } from '@switchboard/subgraph';
import type { FindEntries } from '../use-cases/find-entries.ts';
import { toAuditEntry } from './audit-entry.type.ts';

/**
 * Audit's part of the graph. The classes of the resolvers will do where only the schema is wanted.
 * @param find what other subgraphs and `node` may ask for, always within the caller's workspace.
 */
export function auditSubgraph(resolvers: readonly object[], find: FindEntries): Subgraph {
  return buildSubgraph({
    name: 'audit',
    resolvers,
    references: {
      AuditEntry: scoped('audit:read', (ids, caller) => find.byIds(caller, ids), toAuditEntry),
      ...contactPointReference,
    },
  });
}
