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
import type { FindContactEntries } from '../use-cases/find-contact-entries.ts';
import { type AuditEntry, AuditEntryConnection, toAuditEntry } from './audit-entry.type.ts';

/** What happened with an address or number, in every service. */
@Resolver(() => ContactPoint)
export class ContactPointResolver {
  constructor(private readonly find: FindContactEntries) {}

  @RequiresScopes('audit:read')
  @FieldResolver(() => AuditEntryConnection, {
    nullable: true,
    description:
      'What happened with this address, newest first. What a service that is away knows of it is missing.',
  })
  async auditEntries(
    @Root() { address }: ContactPoint,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<AuditEntry>> {
    const plan = planPage(args, { filter: { address } });
    const rows = await this.find.page(requireWorkspaceActor(actor), address, plan);
    return toConnection(rows.map(toAuditEntry), plan);
  }
}
