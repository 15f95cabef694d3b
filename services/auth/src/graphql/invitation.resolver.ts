import { requireWorkspaceActor } from '@switchboard/identity';
import { Secret } from '@switchboard/observability';
import {
  type Connection,
  ConnectionArgs,
  EmailAddress,
  planPage,
  RequiresScopes,
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
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Clock } from '../domain/clock.ts';
import type { Role } from '../domain/role.ts';
import type { AcceptInvitation } from '../use-cases/invitations/accept-invitation.ts';
import type { CreateInvitation } from '../use-cases/invitations/create-invitation.ts';
import type { ListInvitations } from '../use-cases/invitations/list-invitations.ts';
import type { ListMembers } from '../use-cases/members/list-members.ts';
import { InvitationAcceptInput, NAME } from './account.inputs.ts';
import { InvitationAcceptPayload, toSignedIn } from './account.payloads.ts';
import { RoleEnum } from './enums.ts';
import { Invitation, InvitationConnection, toInvitation } from './invitation.type.ts';
import { outcomeOf } from './outcome.ts';
import { toUser, User } from './user.type.ts';

@InputType('InvitationCreateInput')
export class InvitationCreateInput {
  @Field(() => EmailAddress)
  email!: string;

  @Text(NAME)
  @Field(() => String, { nullable: true })
  firstName?: string | null;

  @Field(() => RoleEnum)
  role!: Role;

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether the link is mailed; `invitationLink` shows it otherwise.',
  })
  sendMail!: boolean;
}

@ObjectType('InvitationCreatePayload')
export class InvitationCreatePayload {
  @Field(() => Invitation, { nullable: true })
  invitation!: Invitation | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => Invitation)
export class InvitationResolver {
  constructor(
    private readonly createInvitation: CreateInvitation,
    private readonly acceptInvitation: AcceptInvitation,
    private readonly listInvitations: ListInvitations,
    private readonly listMembers: ListMembers,
    private readonly now: Clock,
  ) {}

  @RequiresScopes('workspace:admin')
  @Query(() => InvitationConnection, { nullable: true, description: 'Invitations into the workspace.' })
  async invitations(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Invitation>> {
    const plan = planPage(args);
    const rows = await this.listInvitations.execute(requireWorkspaceActor(actor), plan);
    return toConnection(
      rows.map((row) => toInvitation(row, this.now())),
      plan,
    );
  }

  @RequiresScopes('workspace:admin')
  @Mutation(() => InvitationCreatePayload, {
    description: 'Invites an address into the workspace. The link works once, for 7 days.',
  })
  async invitationCreate(
    @Arg('input', () => InvitationCreateInput) input: InvitationCreateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<InvitationCreatePayload> {
    const { email, firstName = null, role, sendMail } = input;
    const { resource, userErrors } = await outcomeOf(() =>
      this.createInvitation.execute(requireWorkspaceActor(actor), { email, firstName, role, sendMail }),
    );
    return { invitation: resource && toInvitation(resource, this.now()), userErrors };
  }

  @Mutation(() => InvitationAcceptPayload, {
    description: 'Joins a workspace with the account of the invited address, made now or there already.',
  })
  async invitationAccept(
    @Arg('input', () => InvitationAcceptInput) input: InvitationAcceptInput,
    @Ctx() { actor, identity }: SubgraphContext,
  ): Promise<InvitationAcceptPayload> {
    const { token, name = null } = input;
    const password = input.password ? new Secret(input.password) : null;
    return toSignedIn(
      await outcomeOf(() =>
        this.acceptInvitation.execute(actor, { token, name, password }, identity.clientIp),
      ),
    );
  }

  @FieldResolver(() => User, { nullable: true, description: 'Null when an API key invited.' })
  async invitedBy(@Root() invitation: Invitation, @Ctx() context: SubgraphContext): Promise<User | null> {
    if (!invitation.invitedByUserId) return null;
    const caller = requireWorkspaceActor(context.actor);
    return context.load('userOfMembership', invitation.invitedByUserId, async (userIds) =>
      (await this.listMembers.usersByIds(caller, userIds)).map((user) => user && toUser(user)),
    );
  }
}
