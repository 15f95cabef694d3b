import { type Actor, requireWorkspaceActor, type WorkspaceActor } from '@switchboard/identity';
import { buildSubgraph, type Subgraph, scoped } from '@switchboard/subgraph';
import type { Clock } from '../domain/clock.ts';
import type { ListAgents } from '../use-cases/access/list-agents.ts';
import type { ListApiKeys } from '../use-cases/access/list-api-keys.ts';
import type { ListConnections } from '../use-cases/connections/list-connections.ts';
import type { ListInvitations } from '../use-cases/invitations/list-invitations.ts';
import type { ListMembers } from '../use-cases/members/list-members.ts';
import type { ListDataRequests } from '../use-cases/personal-data/list-data-requests.ts';
import type { ListSessions } from '../use-cases/sessions/list-sessions.ts';
import { toAgent } from './agent.type.ts';
import { toApiKey } from './api-key.type.ts';
import { toConnectionType } from './connection.type.ts';
import { toDataRequest } from './data-request.type.ts';
import { toInvitation } from './invitation.type.ts';
import { toUser } from './user.type.ts';
import { toUserSession } from './user-session.type.ts';
import { toMembership, toWorkspace } from './workspace.type.ts';

/** What other subgraphs and `node` may ask for, always within the caller's workspace. */
export interface Lookups {
  readonly members: ListMembers;
  readonly invitations: ListInvitations;
  readonly apiKeys: ListApiKeys;
  readonly agents: ListAgents;
  readonly connections: ListConnections;
  readonly sessions: ListSessions;
  readonly dataRequests: ListDataRequests;
  readonly now: Clock;
}

/** Auth's part of the graph. The classes of the resolvers will do where only the schema is wanted. */
export function authSubgraph(resolvers: readonly object[], lookups: Lookups): Subgraph {
  return buildSubgraph({
    name: 'auth',
    resolvers,
    references: {
      User: loader((actor, ids) => lookups.members.usersByIds(actor, ids), toUser),
      Workspace: loader((actor, ids) => lookups.members.workspacesByIds(actor, ids), toWorkspace),
      Membership: loader((actor, ids) => lookups.members.byIds(actor, ids), toMembership),
      Invitation: scoped(
        'workspace:admin',
        (ids, caller) => lookups.invitations.byIds(caller, ids),
        (row) => toInvitation(row, lookups.now()),
      ),
      ApiKey: scoped('workspace:admin', (ids, caller) => lookups.apiKeys.byIds(caller, ids), toApiKey),
      Agent: scoped('workspace:admin', (ids, caller) => lookups.agents.byIds(caller, ids), toAgent),
      Connection: loader((actor, ids) => lookups.connections.byIds(actor, ids), toConnectionType),
      DataRequest: loader((actor, ids) => lookups.dataRequests.byIds(actor, ids), toDataRequest),
      UserSession: async (ids, { actor }) => {
        const caller = requireWorkspaceActor(actor);
        const found = await lookups.sessions.byIds(caller, ids);
        return found.map((session) => session && toUserSession(session, caller.sessionId));
      },
    },
  });
}

function loader<E, T extends object>(
  find: (actor: WorkspaceActor, ids: readonly string[]) => Promise<(E | undefined)[]>,
  map: (entity: E) => T,
): (ids: readonly string[], context: { readonly actor: Actor }) => Promise<(T | undefined)[]> {
  return async (ids, { actor }) => {
    const rows = await find(requireWorkspaceActor(actor), ids);
    return rows.map((row) => row && map(row));
  };
}
