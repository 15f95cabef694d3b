import { requireWorkspaceActor } from '@switchboard/identity';
import {
  Authenticated,
  type Connection,
  ConnectionArgs,
  connectionOf,
  DateTime,
  planPage,
  type SubgraphContext,
  toConnection,
  UserError,
} from '@switchboard/subgraph';
import {
  Arg,
  Args,
  Ctx,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import type { SupervisedWorkspace, SuperviseWorkspaces } from '../use-cases/supervise-workspaces.ts';
import { outcomeOf } from './outcome.ts';

@ObjectType('WorkspaceSummary', { description: 'That a workspace is there; nothing that is in it.' })
export class WorkspaceSummary {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Int)
  memberCount!: number;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Set while everybody is kept out.' })
  suspendedAt!: Date | null;
}

export const WorkspaceSummaryConnection = connectionOf(WorkspaceSummary);

@InputType('WorkspaceSuspendInput')
export class WorkspaceSuspendInput {
  @Field(() => ID)
  workspaceId!: string;
}

@InputType('WorkspaceResumeInput')
export class WorkspaceResumeInput {
  @Field(() => ID)
  workspaceId!: string;
}

@ObjectType()
abstract class SummaryPayload {
  @Field(() => WorkspaceSummary, { nullable: true })
  workspace!: WorkspaceSummary | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('WorkspaceSuspendPayload')
export class WorkspaceSuspendPayload extends SummaryPayload {}

@ObjectType('WorkspaceResumePayload')
export class WorkspaceResumePayload extends SummaryPayload {}

@Resolver()
export class SupervisionResolver {
  constructor(private readonly superviseWorkspaces: SuperviseWorkspaces) {}

  @Authenticated()
  @Query(() => WorkspaceSummaryConnection, {
    nullable: true,
    description: 'Every workspace of the installation; for super admins.',
  })
  async workspacesAll(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<WorkspaceSummary>> {
    const plan = planPage(args);
    const rows = await this.superviseWorkspaces.list(requireWorkspaceActor(actor), plan);
    return toConnection(rows.map(toSummary), plan);
  }

  @Authenticated()
  @Mutation(() => WorkspaceSuspendPayload, {
    description:
      'Keeps everybody out of a workspace: sessions end at once, keys within seconds. For super admins.',
  })
  async workspaceSuspend(
    @Arg('input', () => WorkspaceSuspendInput) { workspaceId }: WorkspaceSuspendInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<WorkspaceSuspendPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.superviseWorkspaces.suspend(requireWorkspaceActor(actor), workspaceId),
    );
    return { workspace: resource && toSummary(resource), userErrors };
  }

  @Authenticated()
  @Mutation(() => WorkspaceResumePayload, {
    description: 'Opens a suspended workspace again. For super admins.',
  })
  async workspaceResume(
    @Arg('input', () => WorkspaceResumeInput) { workspaceId }: WorkspaceResumeInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<WorkspaceResumePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.superviseWorkspaces.resume(requireWorkspaceActor(actor), workspaceId),
    );
    return { workspace: resource && toSummary(resource), userErrors };
  }
}

function toSummary({ workspace, memberCount }: SupervisedWorkspace): WorkspaceSummary {
  const { id, name, createdAt, suspendedAt } = workspace;
  return Object.assign(new WorkspaceSummary(), { id, name, memberCount, createdAt, suspendedAt });
}
