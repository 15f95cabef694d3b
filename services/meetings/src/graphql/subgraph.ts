import { buildSubgraph, contactPointReference, type Subgraph, scoped } from '@switchboard/subgraph';
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
      Meeting: scoped('meetings:read', (ids, caller) => find.byIds(caller, ids), toMeeting),
      ...contactPointReference,
    },
  });
}
