import { requireWorkspaceActor } from '@switchboard/identity';
import {
  Authenticated,
  DateTime,
  RequiresScopes,
  type SubgraphContext,
  Text,
  UserError,
} from '@switchboard/subgraph';
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Role } from '../domain/role.ts';
import type { SwitchWorkspace } from '../use-cases/sign-in/switch-workspace.ts';
import type { CreateWorkspace } from '../use-cases/workspaces/create-workspace.ts';
import type { ListWorkspaces } from '../use-cases/workspaces/list-workspaces.ts';
import type { UpdateWorkspace } from '../use-cases/workspaces/update-workspace.ts';
import { NAME } from './account.inputs.ts';
import { RoleEnum } from './enums.ts';
import { outcomeOf } from './outcome.ts';
import { Session, toSession, Viewer } from './session.type.ts';
import { toWorkspace, Workspace } from './workspace.type.ts';

@ObjectType('WorkspaceAccess', { description: 'A workspace that you belong to.' })
export class WorkspaceAccess {
  @Field(() => Workspace)
  workspace!: Workspace;

  @Field(() => RoleEnum, { description: 'What you may do there.' })
  role!: Role;

  @Field(() => DateTime)
  joinedAt!: Date;

  @Field(() => Boolean, { description: 'Whether it is the workspace of this request.' })
  current!: boolean;

  @Field(() => Boolean, { description: 'Whether nobody gets in for now.' })
  suspended!: boolean;
}

@InputType('WorkspaceCreateInput')
export class WorkspaceCreateInput {
  @Text(NAME)
  @Field(() => String)
  name!: string;
}

@InputType('WorkspaceUpdateInput')
export class WorkspaceUpdateInput {
  @Text(NAME)
  @Field(() => String)
  name!: string;
}

@InputType('SessionSwitchInput')
export class SessionSwitchInput {
  @Field(() => ID, { description: 'One of `viewer.workspaces`.' })
  workspaceId!: string;
}

@ObjectType()
abstract class WorkspacePayload {
  @Field(() => Workspace, { nullable: true })
  workspace!: Workspace | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('WorkspaceCreatePayload')
export class WorkspaceCreatePayload extends WorkspacePayload {}

@ObjectType('WorkspaceUpdatePayload')
export class WorkspaceUpdatePayload extends WorkspacePayload {}

@ObjectType('SessionSwitchPayload')
export class SessionSwitchPayload extends WorkspacePayload {
  @Field(() => Session, { nullable: true })
  session!: Session | null;
}

/** What a person does with the several workspaces they belong to. */
@Resolver(() => Viewer)
export class ViewerWorkspacesResolver {
  constructor(
    private readonly listWorkspaces: ListWorkspaces,
    private readonly createWorkspace: CreateWorkspace,
    private readonly updateWorkspace: UpdateWorkspace,
    private readonly switchWorkspace: SwitchWorkspace,
  ) {}

  @FieldResolver(() => [WorkspaceAccess], {
    description: 'Every workspace you belong to, in the order of joining; none for an API key.',
  })
  async workspaces(@Ctx() { actor }: SubgraphContext): Promise<WorkspaceAccess[]> {
    const caller = requireWorkspaceActor(actor);
    const belongings = await this.listWorkspaces.execute(caller);
    return belongings.map(({ workspace, membership: { role, createdAt: joinedAt } }) => ({
      workspace: toWorkspace(workspace),
      role,
      joinedAt,
      current: workspace.id === caller.workspaceId,
      suspended: workspace.suspendedAt !== null,
    }));
  }

  @Authenticated()
  @Mutation(() => WorkspaceCreatePayload, {
    description: 'Makes another workspace, with you as its owner. Not for API keys.',
  })
  async workspaceCreate(
    @Arg('input', () => WorkspaceCreateInput) { name }: WorkspaceCreateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<WorkspaceCreatePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.createWorkspace.execute(requireWorkspaceActor(actor), name),
    );
    return { workspace: resource && toWorkspace(resource), userErrors };
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => WorkspaceUpdatePayload, { description: 'Renames the workspace.' })
  async workspaceUpdate(
    @Arg('input', () => WorkspaceUpdateInput) { name }: WorkspaceUpdateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<WorkspaceUpdatePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.updateWorkspace.execute(requireWorkspaceActor(actor), name),
    );
    return { workspace: resource && toWorkspace(resource), userErrors };
  }

  @Authenticated()
  @Mutation(() => SessionSwitchPayload, {
    description:
      'Opens a session in another workspace of yours; the one in hand goes on as well. Not for API keys.',
  })
  async sessionSwitch(
    @Arg('input', () => SessionSwitchInput) { workspaceId }: SessionSwitchInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<SessionSwitchPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.switchWorkspace.execute(requireWorkspaceActor(actor), workspaceId),
    );
    return {
      workspace: resource && toWorkspace(resource.workspace),
      session: resource && toSession(resource.session),
      userErrors,
    };
  }
}
