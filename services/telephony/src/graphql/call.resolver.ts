import { requireWorkspaceActor } from '@switchboard/identity';
import {
  CallAnsweredSchema,
  CallBusySchema,
  CallCanceledSchema,
  CallCompletedSchema,
  CallFailedSchema,
  CallInitiatedSchema,
  CallNotAnsweredSchema,
  CallOutcomeUnknownSchema,
  CallQueuedSchema,
  CallReceivedSchema,
  CallRecordedSchema,
  CallRingingSchema,
} from '@switchboard/proto-schemas/evt/telephony';
import {
  type Connection,
  ContactPoint,
  isPhoneNumber,
  planPage,
  RequiresScopes,
  Streams,
  type SubgraphContext,
  Tool,
  toConnection,
  toOutcome,
} from '@switchboard/subgraph';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { EndCall } from '../use-cases/end-call.ts';
import type { FindCalls } from '../use-cases/find-calls.ts';
import type { StartCall } from '../use-cases/start-call.ts';
import { CallEndInput, CallEndPayload, CallStartInput, CallStartPayload, CallsArgs } from './call.inputs.ts';
import { Call, CallConnection, CallDirection, toCall } from './call.type.ts';

@Resolver(() => Call)
export class CallResolver {
  constructor(
    private readonly startCall: StartCall,
    private readonly endCall: EndCall,
    private readonly findCalls: FindCalls,
  ) {}

  @RequiresScopes('telephony:read')
  @Query(() => Call, { nullable: true })
  async call(@Arg('id', () => ID) id: string, @Ctx() { actor }: SubgraphContext): Promise<Call | null> {
    const [found] = await this.findCalls.byIds(requireWorkspaceActor(actor), [id]);
    return found ? toCall(found) : null;
  }

  @Tool()
  @RequiresScopes('telephony:read')
  @Query(() => CallConnection, { description: 'The workspace’s phone calls, newest first.' })
  async calls(
    @Args(() => CallsArgs) args: CallsArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Call>> {
    const plan = planPage(args, { filter: args.filter });
    const rows = await this.findCalls.page(requireWorkspaceActor(actor), args.filter ?? {}, plan);
    return toConnection(rows.map(toCall), plan);
  }

  @FieldResolver(() => ContactPoint, {
    nullable: true,
    description: 'The other side, with all that is known of it; null where it does not show its number.',
  })
  contactPoint(@Root() { direction, from, to }: Call): ContactPoint | null {
    const address = direction === CallDirection.INBOUND ? from : to;
    return isPhoneNumber(address) ? { address } : null;
  }

  @RequiresScopes('telephony:read')
  @Streams(() => Call, {
    on: [CallReceivedSchema],
    id: 'callId',
    description: 'Phone calls as somebody calls one of the workspace’s numbers.',
  })
  callReceived(): Call | null {
    return null;
  }

  @RequiresScopes('telephony:read')
  @Streams(() => Call, {
    on: [
      CallQueuedSchema,
      CallInitiatedSchema,
      CallRingingSchema,
      CallAnsweredSchema,
      CallCompletedSchema,
      CallBusySchema,
      CallNotAnsweredSchema,
      CallFailedSchema,
      CallCanceledSchema,
      CallOutcomeUnknownSchema,
      CallRecordedSchema,
    ],
    id: 'callId',
    description: 'Phone calls, or one of them, as more is known of them; recordings are among it.',
  })
  callStatusChanged(@Arg('id', () => ID, { nullable: true }) _id: string | null): Call | null {
    return null;
  }

  @Tool()
  @RequiresScopes('telephony:send')
  @Mutation(() => CallStartPayload, { description: 'Places a phone call through your own Twilio account.' })
  async callStart(
    @Arg('input', () => CallStartInput) input: CallStartInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<CallStartPayload> {
    const { resource, userErrors } = await toOutcome(() =>
      this.startCall.execute(requireWorkspaceActor(actor), { ...input }),
    );
    return { call: resource && toCall(resource.call), replayed: resource?.replayed ?? false, userErrors };
  }

  @Tool()
  @RequiresScopes('telephony:send')
  @Mutation(() => CallEndPayload, {
    description: 'Ends a phone call, whoever began it. One that is over stays as it is.',
  })
  async callEnd(
    @Arg('input', () => CallEndInput) { callId }: CallEndInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<CallEndPayload> {
    const { resource, userErrors } = await toOutcome(() =>
      this.endCall.execute(requireWorkspaceActor(actor), callId),
    );
    return { call: resource && toCall(resource), userErrors };
  }
}
