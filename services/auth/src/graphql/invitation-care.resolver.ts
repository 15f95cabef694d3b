import { requireWorkspaceActor } from '@switchboard/identity';
import { RequiresScopes, type SubgraphContext, UserError } from '@switchboard/subgraph';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Clock } from '../domain/clock.ts';
import type { ChangeInvitation } from '../use-cases/change-invitation.ts';
import { Invitation, toInvitation } from './invitation.type.ts';
import { outcomeOf } from './outcome.ts';

@InputType()
abstract class InvitationIdInput {
  @Field(() => ID)
  invitationId!: string;
}

@InputType('InvitationResendInput')
export class InvitationResendInput extends InvitationIdInput {}

@InputType('InvitationRevokeInput')
export class InvitationRevokeInput extends InvitationIdInput {}

@InputType('InvitationLinkInput')
export class InvitationLinkInput extends InvitationIdInput {}

@ObjectType()
abstract class InvitationPayload {
  @Field(() => Invitation, { nullable: true })
  invitation!: Invitation | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('InvitationResendPayload')
export class InvitationResendPayload extends InvitationPayload {}

@ObjectType('InvitationRevokePayload')
export class InvitationRevokePayload extends InvitationPayload {}

@ObjectType('InvitationLinkPayload')
export class InvitationLinkPayload {
  @Field(() => String, {
    nullable: true,
    description: 'Whoever has it can accept; the audit trail shows who asked for it.',
  })
  url!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver()
export class InvitationCareResolver {
  constructor(
    private readonly changeInvitation: ChangeInvitation,
    private readonly now: Clock,
  ) {}

  @RequiresScopes('workspace:admin')
  @Mutation(() => InvitationResendPayload, {
    description:
      'Sends an invitation again, for another 7 days and with another link; the one before stops working.',
  })
  async invitationResend(
    @Arg('input', () => InvitationResendInput) { invitationId }: InvitationResendInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<InvitationResendPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.changeInvitation.resend(requireWorkspaceActor(actor), invitationId),
    );
    return { invitation: resource && toInvitation(resource, this.now()), userErrors };
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => InvitationRevokePayload, {
    description: 'Takes an invitation back: its link stops working.',
  })
  async invitationRevoke(
    @Arg('input', () => InvitationRevokeInput) { invitationId }: InvitationRevokeInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<InvitationRevokePayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.changeInvitation.revoke(requireWorkspaceActor(actor), invitationId),
    );
    return { invitation: resource && toInvitation(resource, this.now()), userErrors };
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => InvitationLinkPayload, {
    description: 'The link of an invitation, to be handed over by other means than mail.',
  })
  async invitationLink(
    @Arg('input', () => InvitationLinkInput) { invitationId }: InvitationLinkInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<InvitationLinkPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.changeInvitation.link(requireWorkspaceActor(actor), invitationId),
    );
    return { url: resource?.reveal() ?? null, userErrors };
  }
}
