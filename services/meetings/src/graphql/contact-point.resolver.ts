import { requireWorkspaceActor } from '@switchboard/identity';
import {
  type Connection,
  ConnectionArgs,
  ContactPoint,
  planPage,
  RequiresScopes,
  type SubgraphContext,
  toConnection,
} from '@switchboard/subgraph';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { FindMeetings } from '../use-cases/find-meetings.ts';
import { type Meeting, MeetingConnection, toMeeting } from './meeting.type.ts';

/** What meetings knows of an e-mail address: the meetings it was invited to. */
@Resolver(() => ContactPoint)
export class ContactPointResolver {
  constructor(private readonly find: FindMeetings) {}

  @RequiresScopes('meetings:read')
  @FieldResolver(() => MeetingConnection, {
    nullable: true,
    description: 'Meetings that this address is invited to.',
  })
  async meetings(
    @Root() { address }: ContactPoint,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Meeting>> {
    const plan = planPage(args, { filter: { address } });
    const rows = await this.find.page(requireWorkspaceActor(actor), { attendee: address }, plan);
    return toConnection(rows.map(toMeeting), plan);
  }
}
