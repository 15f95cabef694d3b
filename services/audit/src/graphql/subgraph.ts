import { requireWorkspaceActor } from '@switchboard/identity';
import { buildSubgraph, byKey, type Subgraph } from '@switchboard/subgraph';
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
      AuditEntry: async (ids, { actor }) => {
        const caller = requireWorkspaceActor(actor);
        // `node` and other subgraphs come in here, past the scopes of the queries.
        if (!caller.scopes.includes('audit:read')) return ids.map(() => null);
        const found = await find.byIds(caller, ids);
        return found.map((entry) => entry && toAuditEntry(entry));
      },
      ContactPoint: byKey('address', async (addresses) => addresses.map((address) => ({ address }))),
    },
  });
}
