import { requireWorkspaceActor } from '@switchboard/identity';
import { Secret } from '@switchboard/observability';
import { Authenticated, RequiresScopes, type SubgraphContext, Text, UserError } from '@switchboard/subgraph';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { PASSWORD_LENGTH_MAX } from '../domain/password-rule.ts';
import type { Role } from '../domain/role.ts';
import type { ChangeMembers } from '../use-cases/change-members.ts';
import type { SaveWorkspace } from '../use-cases/save-workspace.ts';
import type { TransferWorkspace } from '../use-cases/transfer-workspace.ts';
import { NAME } from './account.inputs.ts';
import { RoleEnum } from './enums.ts';
import { outcomeOf } from './outcome.ts';
import { Membership, toMembership, toWorkspace, Workspace } from './workspace.type.ts';

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

@InputType('WorkspaceTransferInput')
export class WorkspaceTransferInput {
  @Field(() => ID, { description: 'The member who will own it.' })
  userId!: string;

  @Text({ maxLength: PASSWORD_LENGTH_MAX })
  @Field(() => String, { nullable: true, description: 'Yours; required where your account has one.' })
  password?: string | null;
}

@InputType('MembershipUpdateInput')
export class MembershipUpdateInput {
  @Field(() => ID)
  membershipId!: string;

  @Field(() => RoleEnum, { description: 'ADMIN or MEMBER; an owner is made by workspaceTransfer.' })
  role!: Role;
}

@InputType('MembershipRemoveInput')
export class MembershipRemoveInput {
  @Field(() => ID)
  membershipId!: string;
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

@ObjectType('WorkspaceTransferPayload')
export class WorkspaceTransferPayload extends WorkspacePayload {}

@ObjectType('MembershipUpdatePayload')
export class MembershipUpdatePayload {
  @Field(() => Membership, { nullable: true })
  membership!: Membership | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('MembershipRemovePayload')
export class MembershipRemovePayload {
  @Field(() => ID, { nullable: true, description: 'The membership that is gone.' })
  membershipId!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver()
export class WorkspaceCareResolver {
  constructor(
    private readonly saveWorkspace: SaveWorkspace,
    private readonly transferWorkspace: TransferWorkspace,
    private readonly changeMembers: ChangeMembers,
  ) {}

  @Authenticated()
  @Mutation(() => WorkspaceCreatePayload, {
    description: 'Makes another workspace, which you own. sessionSwitch leads into it.',
  })
  async workspaceCreate(
    @Arg('input', () => WorkspaceCreateInput) { name }: WorkspaceCreateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<WorkspaceCreatePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.saveWorkspace.create(requireWorkspaceActor(actor), name),
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
      this.saveWorkspace.rename(requireWorkspaceActor(actor), name),
    );
    return { workspace: resource && toWorkspace(resource), userErrors };
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => WorkspaceTransferPayload, {
    description:
      'Hands the workspace to another member. You become an administrator, and both sign in again.',
  })
  async workspaceTransfer(
    @Arg('input', () => WorkspaceTransferInput) input: WorkspaceTransferInput,
    @Ctx() { actor, identity }: SubgraphContext,
  ): Promise<WorkspaceTransferPayload> {
    const password = input.password ? new Secret(input.password) : null;
    const { resource, userErrors } = await outcomeOf(() =>
      this.transferWorkspace.execute(requireWorkspaceActor(actor), input.userId, password, identity.clientIp),
    );
    return { workspace: resource && toWorkspace(resource), userErrors };
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => MembershipUpdatePayload, {
    description: 'Gives a member another role. It acts at once: the member signs in again.',
  })
  async membershipUpdate(
    @Arg('input', () => MembershipUpdateInput) { membershipId, role }: MembershipUpdateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<MembershipUpdatePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.changeMembers.update(requireWorkspaceActor(actor), membershipId, role),
    );
    return { membership: resource && toMembership(resource), userErrors };
  }

  @Authenticated()
  @Mutation(() => MembershipRemovePayload, {
    description: 'Removes a member, or lets you leave. What the member connected in person goes along.',
  })
  async membershipRemove(
    @Arg('input', () => MembershipRemoveInput) { membershipId }: MembershipRemoveInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<MembershipRemovePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.changeMembers.remove(requireWorkspaceActor(actor), membershipId),
    );
    return { membershipId: resource, userErrors };
  }
}
