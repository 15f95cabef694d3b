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
import type { FindPayments } from '../use-cases/find-payments.ts';
import { type Payment, PaymentConnection, toPayment } from './payment.type.ts';

/** What billing knows of an address or number: the payments of the customer who left it. */
@Resolver(() => ContactPoint)
export class ContactPointResolver {
  constructor(private readonly find: FindPayments) {}

  @RequiresScopes('billing:read')
  @FieldResolver(() => PaymentConnection, {
    nullable: true,
    description: 'Payments of the customer with this address or number.',
  })
  async payments(
    @Root() { address }: ContactPoint,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Payment>> {
    const plan = planPage(args, { filter: { address } });
    const rows = await this.find.page(requireWorkspaceActor(actor), { contact: address }, plan);
    return toConnection(rows.map(toPayment), plan);
  }
}
