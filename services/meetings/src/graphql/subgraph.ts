import { requireWorkspaceActor } from '@switchboard/identity';
import { buildSubgraph, byKey, type Subgraph } from '@switchboard/subgraph';
import type { FindMeetings } from '../use-cases/find-meetings.ts';
import { toMeeting } from './meeting.type.ts';

/**
 * Meetings' part of the graph. The classes of the resolvers will do where only the schema is wanted.
 * @param find what other subgraphs and `node` may ask for, always within the caller's workspace.
 */
export function meetingsSubgraph(resolvers: readonly object[], find: FindMeetings): Subgraph {
  return buildSubgraph({
    name: 'meetings',
    resolvers,
    references: {
      Meeting: async (ids, { actor }) => {
        const caller = requireWorkspaceActor(actor);
        // `node` and other subgraphs come in here, past the scopes of the queries.
        if (!caller.scopes.includes('meetings:read')) return ids.map(() => null);
        const found = await find.byIds(caller, ids);
        return found.map((meeting) => meeting && toMeeting(meeting));
      },
      ContactPoint: byKey('address', async (addresses) => addresses.map((address) => ({ address }))),
    },
  });
}
