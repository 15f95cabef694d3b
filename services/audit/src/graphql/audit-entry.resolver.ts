import { requireWorkspaceActor } from '@switchboard/identity';
import {
  type Connection,
  ConnectionArgs,
  DateTime,
  planPage,
  RequiresScopes,
  Streams,
  type SubgraphContext,
  toConnection,
} from '@switchboard/subgraph';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { EntryFilter, FindEntries } from '../use-cases/find-entries.ts';
import { AuditEntry, AuditEntryConnection, toAuditEntry } from './audit-entry.type.ts';

@InputType('AuditFilter')
export class AuditFilterInput {
  @Field(() => String, {
    nullable: true,
    description: 'Name of an event, such as `MailSent` or `evt.mail.v1.MailSent`.',
  })
  type?: string | null;

  @Field(() => [String], { nullable: true, description: 'One of these events.' })
  types?: string[] | null;

  @Field(() => String, { nullable: true })
  service?: string | null;

  @Field(() => ID, { nullable: true })
  actorUserId?: string | null;

  @Field(() => ID, { nullable: true })
  correlationId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The entry names this id.' })
  resourceId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Occurred then or later.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Occurred earlier than that.' })
  to?: Date | null;
}

@ArgsType()
export class AuditEntriesArgs extends ConnectionArgs {
  @Field(() => AuditFilterInput, { nullable: true })
  filter?: AuditFilterInput | null;
}

@Resolver(() => AuditEntry)
export class AuditEntryResolver {
  constructor(private readonly find: FindEntries) {}

  @RequiresScopes('audit:read')
  @Query(() => AuditEntry, { nullable: true })
  async auditEntry(
    @Arg('id', () => ID) id: string,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<AuditEntry | null> {
    const [found] = await this.find.byIds(requireWorkspaceActor(actor), [id]);
    return found ? toAuditEntry(found) : null;
  }

  @RequiresScopes('audit:read')
  @Query(() => AuditEntryConnection, { description: 'What happened in the workspace, newest first.' })
  async auditEntries(
    @Args(() => AuditEntriesArgs) args: AuditEntriesArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<AuditEntry>> {
    const plan = planPage(args, { filter: args.filter });
    const rows = await this.find.page(requireWorkspaceActor(actor), toFilter(args.filter), plan);
    return toConnection(rows.map(toAuditEntry), plan);
  }

  @RequiresScopes('audit:read')
  @Streams(() => AuditEntry, {
    on: 'every',
    description: 'What happens in the workspace, as it is recorded.',
  })
  auditEntryAdded(): AuditEntry | null {
    return null;
  }

  @FieldResolver(() => AuditEntry, {
    nullable: true,
    description: 'What directly caused it; null when that is the operation itself.',
  })
  async cause(@Root() entry: AuditEntry, @Ctx() context: SubgraphContext): Promise<AuditEntry | null> {
    const actor = requireWorkspaceActor(context.actor);
    const found = await context.load('auditEntryOfEvent', entry.causationId, (eventIds) =>
      this.find.byEventIds(actor, eventIds),
    );
    return found && toAuditEntry(found);
  }

  @FieldResolver(() => [AuditEntry], {
    description: 'Everything that led to it, the direct cause first, the root last.',
  })
  async causes(@Root() entry: AuditEntry, @Ctx() context: SubgraphContext): Promise<AuditEntry[]> {
    const actor = requireWorkspaceActor(context.actor);
    const found = await context.load('auditCauses', entry.causationId, (causationIds) =>
      this.find.causesOf(actor, causationIds),
    );
    return (found ?? []).map(toAuditEntry);
  }

  @FieldResolver(() => AuditEntryConnection, { description: 'What it directly caused, newest first.' })
  async consequences(
    @Root() { eventId: causationId }: AuditEntry,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<AuditEntry>> {
    const plan = planPage(args, { filter: { causationId } });
    const rows = await this.find.page(requireWorkspaceActor(actor), { causationId }, plan);
    return toConnection(rows.map(toAuditEntry), plan);
  }
}

function toFilter(filter: AuditFilterInput | null | undefined): EntryFilter {
  const { type, types, resourceId, ...rest } = filter ?? {};
  // Both given: only what both allow.
  const wanted = type && types ? types.filter((one) => one === type) : (types ?? (type ? [type] : undefined));
  return { ...rest, types: wanted, subjects: resourceId ? [resourceId] : undefined };
}
