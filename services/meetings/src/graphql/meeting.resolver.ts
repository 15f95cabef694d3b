import { requireWorkspaceActor } from '@switchboard/identity';
import {
  MeetingCancelledSchema,
  MeetingCreatedSchema,
  MeetingEndedSchema,
  MeetingFailedSchema,
  MeetingOutcomeUnknownSchema,
  MeetingRequestedSchema,
  MeetingStartedSchema,
  MeetingUpdatedSchema,
} from '@switchboard/proto-schemas/evt/meetings';
import {
  type Connection,
  planPage,
  RequiresScopes,
  Streams,
  type SubgraphContext,
  Tool,
  toConnection,
  toOutcome,
  UserError,
} from '@switchboard/subgraph';
import { Arg, Args, Ctx, Field, ID, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Meeting as MeetingEntity } from '../domain/meeting.ts';
import type { CancelMeeting } from '../use-cases/cancel-meeting.ts';
import type { CreateMeeting } from '../use-cases/create-meeting.ts';
import type { FindMeetings } from '../use-cases/find-meetings.ts';
import type { RescheduleMeeting } from '../use-cases/reschedule-meeting.ts';
import {
  MeetingCancelInput,
  MeetingCreateInput,
  MeetingRescheduleInput,
  MeetingsArgs,
} from './meeting.inputs.ts';
import { Meeting, MeetingConnection, toMeeting } from './meeting.type.ts';

@ObjectType('MeetingPayload')
export class MeetingPayload {
  @Field(() => Meeting, { nullable: true })
  meeting!: Meeting | null;

  @Field(() => Boolean, { description: 'Whether this key was used before, so that nothing new was done.' })
  replayed!: boolean;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => Meeting)
export class MeetingResolver {
  constructor(
    private readonly find: FindMeetings,
    private readonly create: CreateMeeting,
    private readonly reschedule: RescheduleMeeting,
    private readonly cancel: CancelMeeting,
  ) {}

  @RequiresScopes('meetings:read')
  @Query(() => Meeting, { nullable: true })
  async meeting(@Arg('id', () => ID) id: string, @Ctx() { actor }: SubgraphContext): Promise<Meeting | null> {
    const [found] = await this.find.byIds(requireWorkspaceActor(actor), [id]);
    return found ? toMeeting(found) : null;
  }

  @Tool()
  @RequiresScopes('meetings:read')
  @Query(() => MeetingConnection, { description: 'The workspace’s meetings, the last one made first.' })
  async meetings(
    @Args(() => MeetingsArgs) args: MeetingsArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Meeting>> {
    const plan = planPage(args, { filter: args.filter });
    const rows = await this.find.page(requireWorkspaceActor(actor), args.filter ?? {}, plan);
    return toConnection(rows.map(toMeeting), plan);
  }

  @RequiresScopes('meetings:read')
  @Streams(() => Meeting, {
    on: [
      MeetingRequestedSchema,
      MeetingCreatedSchema,
      MeetingUpdatedSchema,
      MeetingCancelledSchema,
      MeetingStartedSchema,
      MeetingEndedSchema,
      MeetingFailedSchema,
      MeetingOutcomeUnknownSchema,
    ],
    id: 'meetingId',
    description: 'Meetings, or one of them, as they change.',
  })
  meetingChanged(@Arg('id', () => ID, { nullable: true }) _id: string | null): Meeting | null {
    return null;
  }

  @Tool()
  @RequiresScopes('meetings:write')
  @Mutation(() => MeetingPayload, { description: 'Plans a meeting and has the vendor make its conference.' })
  meetingCreate(
    @Arg('input', () => MeetingCreateInput) { conference, ...input }: MeetingCreateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<MeetingPayload> {
    const provider = conference.toLowerCase();
    return payloadOf(() => this.create.execute(requireWorkspaceActor(actor), { ...input, provider }));
  }

  @Tool()
  @RequiresScopes('meetings:write')
  @Mutation(() => MeetingPayload, { description: 'Moves a scheduled meeting to another time.' })
  meetingReschedule(
    @Arg('input', () => MeetingRescheduleInput) input: MeetingRescheduleInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<MeetingPayload> {
    return payloadOf(() => this.reschedule.execute(requireWorkspaceActor(actor), input));
  }

  @Tool()
  @RequiresScopes('meetings:write')
  @Mutation(() => MeetingPayload, { description: 'Cancels a scheduled meeting.' })
  meetingCancel(
    @Arg('input', () => MeetingCancelInput) input: MeetingCancelInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<MeetingPayload> {
    return payloadOf(() => this.cancel.execute(requireWorkspaceActor(actor), input));
  }
}

async function payloadOf(
  work: () => Promise<{ meeting: MeetingEntity; replayed: boolean }>,
): Promise<MeetingPayload> {
  const { resource, userErrors } = await toOutcome(work);
  return {
    meeting: resource && toMeeting(resource.meeting),
    replayed: resource?.replayed ?? false,
    userErrors,
  };
}
