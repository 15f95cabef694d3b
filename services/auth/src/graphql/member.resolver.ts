import { requireWorkspaceActor } from '@switchboard/identity';
import { Authenticated, RequiresScopes, type SubgraphContext, UserError } from '@switchboard/subgraph';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Role } from '../domain/role.ts';
import type { RemoveMembership } from '../use-cases/workspaces/remove-membership.ts';
import type { TransferWorkspace } from '../use-cases/workspaces/transfer-workspace.ts';
import type { UpdateMembership } from '../use-cases/workspaces/update-membership.ts';
import { CallerProof, proofOf } from './caller-proof.ts';
import { RoleEnum } from './enums.ts';
import { outcomeOf } from './outcome.ts';
import { Session, toSession } from './session.type.ts';
import { Membership, toMembership, toWorkspace, Workspace } from './workspace.type.ts';

@InputType('MembershipUpdateInput')
export class MembershipUpdateInput {
  @Field(() => ID)
  membershipId!: string;

  @Field(() => RoleEnum, { description: 'ADMIN or MEMBER: an owner comes by `workspaceTransfer` only.' })
  role!: Role;
}

@InputType('MembershipRemoveInput')
export class MembershipRemoveInput {
  @Field(() => ID, { description: 'Your own to leave.' })
  membershipId!: string;
}

@InputType('WorkspaceTransferInput')
export class WorkspaceTransferInput extends CallerProof {
  @Field(() => ID, { description: 'A member.' })
  userId!: string;
}

@ObjectType('MembershipUpdatePayload')
export class MembershipUpdatePayload {
  @Field(() => Membership, { nullable: true })
  membership!: Membership | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('MembershipRemovePayload')
export class MembershipRemovePayload {
  @Field(() => ID, { nullable: true, description: 'The membership that is over.' })
  membershipId!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('WorkspaceTransferPayload')
export class WorkspaceTransferPayload {
  @Field(() => Workspace, { nullable: true })
  workspace!: Workspace | null;

  @Field(() => Session, { nullable: true, description: 'To go on with: your other sessions here are over.' })
  session!: Session | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver()
export class MemberResolver {
  constructor(
    private readonly updateMembership: UpdateMembership,
    private readonly removeMembership: RemoveMembership,
    private readonly transferWorkspace: TransferWorkspace,
  ) {}

  @RequiresScopes('workspace:admin')
  @Mutation(() => MembershipUpdatePayload, {
    description: 'Gives a member another role. Their sessions in the workspace end.',
  })
  async membershipUpdate(
    @Arg('input', () => MembershipUpdateInput) { membershipId, role }: MembershipUpdateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<MembershipUpdatePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.updateMembership.execute(requireWorkspaceActor(actor), membershipId, role),
    );
    return { membership: resource && toMembership(resource), userErrors };
  }

  @Authenticated()
  @Mutation(() => MembershipRemovePayload, {
    description:
      'Leaves the workspace, or takes a member out of it, which needs `workspace:admin`. Their sessions in the ' +
      'workspace end and their personal connections are deleted; API keys stay. The owner transfers it first.',
  })
  async membershipRemove(
    @Arg('input', () => MembershipRemoveInput) { membershipId }: MembershipRemoveInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<MembershipRemovePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.removeMembership.execute(requireWorkspaceActor(actor), membershipId),
    );
    return { membershipId: resource, userErrors };
  }

  @Authenticated()
  @Mutation(() => WorkspaceTransferPayload, {
    description:
      'Gives the workspace to another member; the owner becomes an administrator. The sessions of both in the ' +
      'workspace end. Not for API keys.',
  })
  async workspaceTransfer(
    @Arg('input', () => WorkspaceTransferInput) input: WorkspaceTransferInput,
    @Ctx() { actor, identity }: SubgraphContext,
  ): Promise<WorkspaceTransferPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.transferWorkspace.execute(
        requireWorkspaceActor(actor),
        input.userId,
        proofOf(input),
        identity.clientIp,
      ),
    );
    return {
      workspace: resource && toWorkspace(resource.workspace),
      session: resource && toSession(resource.session),
      userErrors,
    };
  }
}
