import { requireWorkspaceActor } from '@switchboard/identity';
import {
  Authenticated,
  type Connection,
  ConnectionArgs,
  connectionOf,
  DateTime,
  planPage,
  type SubgraphContext,
  Text,
  toConnection,
  UserError,
} from '@switchboard/subgraph';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import type { Workspace } from '../domain/workspace.ts';
import type { SuperAdmins } from '../use-cases/members/super-admins.ts';
import type { ListAllWorkspaces, WorkspaceSummary } from '../use-cases/workspaces/list-all-workspaces.ts';
import type { SuspendWorkspace } from '../use-cases/workspaces/suspend-workspace.ts';
import { outcomeOf } from './outcome.ts';
import { Viewer } from './session.type.ts';

@ObjectType('PlatformWorkspace', {
  description:
    'A workspace as the administrators of the platform see it: that it is there, not what is in it.',
})
export class PlatformWorkspace {
  @Field(() => ID, { description: 'The workspace (`wsp_…`).' })
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => Int)
  memberCount!: number;

  @Field(() => Boolean, { description: 'Whether its sessions and API keys are refused.' })
  suspended!: boolean;

  @Field(() => DateTime, { nullable: true })
  suspendedAt!: Date | null;

  @Field(() => String, { nullable: true })
  suspendedReason!: string | null;
}

const PlatformWorkspaceConnection = connectionOf(PlatformWorkspace);

@InputType('WorkspaceSuspendInput')
export class WorkspaceSuspendInput {
  @Field(() => ID)
  workspaceId!: string;

  @Text({ maxLength: 500 })
  @Field(() => String, { description: 'For the administrators of the platform.' })
  reason!: string;
}

@InputType('WorkspaceResumeInput')
export class WorkspaceResumeInput {
  @Field(() => ID)
  workspaceId!: string;
}

@ObjectType()
abstract class PlatformWorkspacePayload {
  @Field(() => PlatformWorkspace, { nullable: true })
  workspace!: PlatformWorkspace | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('WorkspaceSuspendPayload')
export class WorkspaceSuspendPayload extends PlatformWorkspacePayload {}

@ObjectType('WorkspaceResumePayload')
export class WorkspaceResumePayload extends PlatformWorkspacePayload {}

/** What the administrators of the platform do. Everybody else is refused before anything is looked up. */
@Resolver(() => Viewer)
export class PlatformResolver {
  constructor(
    private readonly superAdmins: SuperAdmins,
    private readonly listAllWorkspaces: ListAllWorkspaces,
    private readonly suspendWorkspace: SuspendWorkspace,
  ) {}

  @FieldResolver(() => Boolean, { description: 'Whether you administer the platform.' })
  isSuperAdmin(@Ctx() { actor }: SubgraphContext): Promise<boolean> {
    return this.superAdmins.includes(requireWorkspaceActor(actor));
  }

  @Authenticated()
  @Query(() => PlatformWorkspaceConnection, {
    nullable: true,
    description: 'Every workspace of the installation. For the administrators of the platform.',
  })
  async workspacesAll(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<PlatformWorkspace>> {
    const plan = planPage(args);
    const rows = await this.listAllWorkspaces.execute(requireWorkspaceActor(actor), plan);
    return toConnection(rows.map(toPlatformWorkspace), plan);
  }

  @Authenticated()
  @Mutation(() => WorkspaceSuspendPayload, {
    description:
      'Keeps everybody out of a workspace: its sessions end and its API keys are refused. For the administrators ' +
      'of the platform.',
  })
  async workspaceSuspend(
    @Arg('input', () => WorkspaceSuspendInput) { workspaceId, reason }: WorkspaceSuspendInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<WorkspaceSuspendPayload> {
    const caller = requireWorkspaceActor(actor);
    return this.#payload(() => this.suspendWorkspace.suspend(caller, workspaceId, reason));
  }

  @Authenticated()
  @Mutation(() => WorkspaceResumePayload, {
    description:
      'Lets everybody into a suspended workspace again; they sign in again. For the administrators of the platform.',
  })
  async workspaceResume(
    @Arg('input', () => WorkspaceResumeInput) { workspaceId }: WorkspaceResumeInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<WorkspaceResumePayload> {
    const caller = requireWorkspaceActor(actor);
    return this.#payload(() => this.suspendWorkspace.resume(caller, workspaceId));
  }

  async #payload(work: () => Promise<Workspace>): Promise<PlatformWorkspacePayload> {
    const { resource, userErrors } = await outcomeOf(work);
    const [summary] = resource ? await this.listAllWorkspaces.summarise([resource]) : [];
    return { workspace: summary ? toPlatformWorkspace(summary) : null, userErrors };
  }
}

function toPlatformWorkspace({ workspace, memberCount }: WorkspaceSummary): PlatformWorkspace {
  const { id, name, createdAt, suspendedAt, suspendedReason } = workspace;
  const suspended = suspendedAt !== null;
  return Object.assign(new PlatformWorkspace(), {
    id,
    name,
    createdAt,
    memberCount,
    suspended,
    suspendedAt,
    suspendedReason,
  });
}
