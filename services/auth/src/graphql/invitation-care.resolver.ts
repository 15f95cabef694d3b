import { requireWorkspaceActor } from '@switchboard/identity';
import { RequiresScopes, type SubgraphContext, UserError } from '@switchboard/subgraph';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Clock } from '../domain/clock.ts';
import type { Invitation as InvitationEntity } from '../domain/invitation.ts';
import type { ResendInvitation } from '../use-cases/invitations/resend-invitation.ts';
import type { RevokeInvitation } from '../use-cases/invitations/revoke-invitation.ts';
import type { ShowInvitationLink } from '../use-cases/invitations/show-invitation-link.ts';
import { Invitation, toInvitation } from './invitation.type.ts';
import { outcomeOf } from './outcome.ts';

@InputType('InvitationResendInput')
export class InvitationResendInput {
  @Field(() => ID)
  invitationId!: string;
}

@InputType('InvitationRevokeInput')
export class InvitationRevokeInput {
  @Field(() => ID)
  invitationId!: string;
}

@InputType('InvitationLinkInput')
export class InvitationLinkInput {
  @Field(() => ID)
  invitationId!: string;
}

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
  @Field(() => String, { nullable: true, description: 'Lets whoever has it join: hand it to nobody else.' })
  url!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

/** What administrators do with invitations that are under way. */
@Resolver()
export class InvitationCareResolver {
  constructor(
    private readonly resendInvitation: ResendInvitation,
    private readonly revokeInvitation: RevokeInvitation,
    private readonly showInvitationLink: ShowInvitationLink,
    private readonly now: Clock,
  ) {}

  @RequiresScopes('workspace:admin')
  @Mutation(() => InvitationResendPayload, {
    description:
      'Sends it again with a new link, for another 7 days; the link before stops working. 5 an hour.',
  })
  async invitationResend(
    @Arg('input', () => InvitationResendInput) { invitationId }: InvitationResendInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<InvitationResendPayload> {
    return this.#payload(() => this.resendInvitation.execute(requireWorkspaceActor(actor), invitationId));
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => InvitationRevokePayload, { description: 'Takes it back: its link stops working.' })
  async invitationRevoke(
    @Arg('input', () => InvitationRevokeInput) { invitationId }: InvitationRevokeInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<InvitationRevokePayload> {
    return this.#payload(() => this.revokeInvitation.execute(requireWorkspaceActor(actor), invitationId));
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => InvitationLinkPayload, {
    description:
      'The link, to hand over without mail. Who looks is recorded, and accepting by it does not prove the address.',
  })
  async invitationLink(
    @Arg('input', () => InvitationLinkInput) { invitationId }: InvitationLinkInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<InvitationLinkPayload> {
    const { resource, userErrors } = await outcomeOf(() =>
      this.showInvitationLink.execute(requireWorkspaceActor(actor), invitationId),
    );
    return { url: resource?.reveal() ?? null, userErrors };
  }

  async #payload(work: () => Promise<InvitationEntity>): Promise<InvitationPayload> {
    const { resource, userErrors } = await outcomeOf(work);
    return { invitation: resource && toInvitation(resource, this.now()), userErrors };
  }
}
