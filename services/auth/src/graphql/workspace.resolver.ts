import { requireWorkspaceActor } from '@switchboard/identity';
import {
  Authenticated,
  type Connection,
  ConnectionArgs,
  planPage,
  type SubgraphContext,
  toConnection,
} from '@switchboard/subgraph';
import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { ListMembers } from '../use-cases/members/list-members.ts';
import { toUser, User } from './user.type.ts';
import { Membership, MembershipConnection, toMembership, toWorkspace, Workspace } from './workspace.type.ts';

@Resolver(() => Workspace)
export class WorkspaceResolver {
  constructor(private readonly listMembers: ListMembers) {}

  @Authenticated()
  @Query(() => Workspace, { nullable: true, description: "The caller's workspace." })
  async workspace(@Ctx() { actor }: SubgraphContext): Promise<Workspace | null> {
    const caller = requireWorkspaceActor(actor);
    const [workspace] = await this.listMembers.workspacesByIds(caller, [caller.workspaceId]);
    return workspace ? toWorkspace(workspace) : null;
  }

  @Authenticated()
  @FieldResolver(() => MembershipConnection, { nullable: true, description: 'Who belongs to it.' })
  async members(
    @Root() workspace: Workspace,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Membership> | null> {
    const caller = requireWorkspaceActor(actor);
    // Somebody who just joined another workspace still acts in the one they are signed in to.
    if (workspace.id !== caller.workspaceId) return null;
    const plan = planPage(args, { filter: workspace.id });
    const rows = await this.listMembers.execute(caller, plan);
    return toConnection(rows.map(toMembership), plan);
  }
}

@Resolver(() => Membership)
export class MembershipResolver {
  constructor(private readonly listMembers: ListMembers) {}

  @FieldResolver(() => User, { nullable: true })
  async user(@Root() { userId }: Membership, @Ctx() context: SubgraphContext): Promise<User | null> {
    const caller = requireWorkspaceActor(context.actor);
    return context.load('userOfMembership', userId, async (userIds) =>
      (await this.listMembers.usersByIds(caller, userIds)).map((user) => user && toUser(user)),
    );
  }
}
