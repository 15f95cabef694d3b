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
import type { FindMail } from '../use-cases/find-mail.ts';
import { type MailMessage, MailMessageConnection, toMailMessage } from './mail-message.type.ts';

/** What mail knows of an address: the mails sent to it, and those it sent. */
@Resolver(() => ContactPoint)
export class ContactPointResolver {
  constructor(private readonly findMail: FindMail) {}

  @RequiresScopes('mail:read')
  @FieldResolver(() => MailMessageConnection, {
    nullable: true,
    description: 'Mails sent to this address, and those received from it.',
  })
  async mailMessages(
    @Root() { address }: ContactPoint,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<MailMessage>> {
    const plan = planPage(args, { filter: { address } });
    const rows = await this.findMail.page(requireWorkspaceActor(actor), { contact: address }, plan);
    return toConnection(rows.map(toMailMessage), plan);
  }
}
