import { requireWorkspaceActor } from '@switchboard/identity';
import {
  Authenticated,
  type Connection,
  ConnectionArgs,
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
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { ListSessions } from '../use-cases/sessions/list-sessions.ts';
import type { RevokeAllSessions } from '../use-cases/sessions/revoke-all-sessions.ts';
import type { ListWorkspaces } from '../use-cases/workspaces/list-workspaces.ts';
import { toUserSession, UserSession, UserSessionConnection } from './user-session.type.ts';
import { toWorkspace, Workspace } from './workspace.type.ts';

@InputType('SessionRevokeAllInput')
export class SessionRevokeAllInput {
  @Field(() => Boolean, { defaultValue: true, description: 'Whether the session in hand goes on.' })
  keepCurrent!: boolean;
}

@ObjectType('SessionRevokeAllPayload')
export class SessionRevokeAllPayload {
  @Field(() => [ID], { nullable: true, description: 'The sessions that are over.' })
  sessionIds!: readonly string[] | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => UserSession)
export class UserSessionResolver {
  constructor(
    private readonly listSessions: ListSessions,
    private readonly revokeAllSessions: RevokeAllSessions,
    private readonly listWorkspaces: ListWorkspaces,
  ) {}

  @Authenticated()
  @Query(() => UserSessionConnection, {
    nullable: true,
    description: 'Where you are signed in, in every workspace of yours. Not for API keys.',
  })
  async sessions(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<UserSession>> {
    const caller = requireWorkspaceActor(actor);
    const plan = planPage(args, { filter: caller.userId ?? '' });
    const rows = await this.listSessions.execute(caller, plan);
    return toConnection(
      rows.map((row) => toUserSession(row, caller.sessionId)),
      plan,
    );
  }

  @Authenticated()
  @Mutation(() => SessionRevokeAllPayload, {
    description: 'Signs out everywhere, in every workspace of yours; here only if you say so.',
  })
  async sessionRevokeAll(
    @Arg('input', () => SessionRevokeAllInput, { nullable: true }) input: SessionRevokeAllInput | null,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<SessionRevokeAllPayload> {
    const caller = requireWorkspaceActor(actor);
    const sessionIds = await this.revokeAllSessions.execute(caller, input?.keepCurrent ?? true);
    return { sessionIds, userErrors: [] };
  }

  @FieldResolver(() => Workspace, { nullable: true })
  async workspace(
    @Root() { workspaceId }: UserSession,
    @Ctx() context: SubgraphContext,
  ): Promise<Workspace | null> {
    const caller = requireWorkspaceActor(context.actor);
    return context.load('workspaceOfSession', workspaceId, async (workspaceIds) =>
      (await this.listWorkspaces.byIds(caller, workspaceIds)).map((found) => found && toWorkspace(found)),
    );
  }
}
