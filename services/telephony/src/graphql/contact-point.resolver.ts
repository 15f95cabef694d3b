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
import type { FindCalls } from '../use-cases/find-calls.ts';
import type { FindSms } from '../use-cases/find-sms.ts';
import { type Call, CallConnection, toCall } from './call.type.ts';
import { type Sms, SmsConnection, toSms } from './sms.type.ts';

/** What telephony knows of an address or number: the messages and calls to and from it. */
@Resolver(() => ContactPoint)
export class ContactPointResolver {
  constructor(
    private readonly findSms: FindSms,
    private readonly findCalls: FindCalls,
  ) {}

  @RequiresScopes('telephony:read')
  @FieldResolver(() => SmsConnection, {
    nullable: true,
    description: 'Text messages to and from this number.',
  })
  async smsMessages(
    @Root() { address }: ContactPoint,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Sms>> {
    const plan = planPage(args, { filter: { address } });
    const rows = await this.findSms.page(requireWorkspaceActor(actor), { contact: address }, plan);
    return toConnection(rows.map(toSms), plan);
  }

  @RequiresScopes('telephony:read')
  @FieldResolver(() => CallConnection, {
    nullable: true,
    description: 'Phone calls to and from this number.',
  })
  async calls(
    @Root() { address }: ContactPoint,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Call>> {
    const plan = planPage(args, { filter: { address } });
    const rows = await this.findCalls.page(requireWorkspaceActor(actor), { contact: address }, plan);
    return toConnection(rows.map(toCall), plan);
  }
}
