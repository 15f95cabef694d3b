import { requireWorkspaceActor } from '@switchboard/identity';
import { Authenticated, DateTime, type SubgraphContext, UserError } from '@switchboard/subgraph';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { ListSessions, OpenSession } from '../use-cases/list-sessions.ts';
import type { RevokeAllSessions } from '../use-cases/revoke-all-sessions.ts';
import type { SwitchWorkspace } from '../use-cases/switch-workspace.ts';
import { SignedInPayload, toSignedIn } from './account.payloads.ts';
import { outcomeOf } from './outcome.ts';
import { toWorkspace, Workspace } from './workspace.type.ts';

@ObjectType('UserSession', { description: 'A place where you are signed in.' })
export class UserSession {
  @Field(() => ID)
  id!: string;

  @Field(() => Workspace, { description: 'Where it leads; not necessarily where you ask from.' })
  workspace!: Workspace;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When its tokens were last renewed.' })
  lastUsedAt!: Date;

  @Field(() => DateTime, { description: 'When it ends unless it is used.' })
  expiresAt!: Date;

  @Field(() => Boolean, { description: 'Whether it is the one you ask with.' })
  isCurrent!: boolean;
}

@InputType('SessionRevokeAllInput')
export class SessionRevokeAllInput {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the session in hand goes on; yes by default.',
  })
  keepCurrent?: boolean | null;
}

@InputType('SessionSwitchInput')
export class SessionSwitchInput {
  @Field(() => ID)
  workspaceId!: string;
}

@ObjectType('SessionRevokeAllPayload')
export class SessionRevokeAllPayload {
  @Field(() => [ID], { description: 'The sessions that are over.' })
  sessionIds!: readonly string[];

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('SessionSwitchPayload')
export class SessionSwitchPayload extends SignedInPayload {}

@Resolver()
export class UserSessionResolver {
  constructor(
    private readonly listSessions: ListSessions,
    private readonly revokeAllSessions: RevokeAllSessions,
    private readonly switchWorkspace: SwitchWorkspace,
  ) {}

  @Authenticated()
  @Query(() => [UserSession], { nullable: true, description: 'Where you are signed in, newest first.' })
  async sessions(@Ctx() { actor }: SubgraphContext): Promise<UserSession[]> {
    const rows = await this.listSessions.execute(requireWorkspaceActor(actor));
    return rows.map(toUserSession);
  }

  @Authenticated()
  @Mutation(() => SessionRevokeAllPayload, { description: 'Signs you out everywhere, in all workspaces.' })
  async sessionRevokeAll(
    @Arg('input', () => SessionRevokeAllInput, { nullable: true }) input: SessionRevokeAllInput | null,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<SessionRevokeAllPayload> {
    const keepCurrent = input?.keepCurrent ?? true;
    const sessionIds = await this.revokeAllSessions.execute(requireWorkspaceActor(actor), keepCurrent);
    return { sessionIds, userErrors: [] };
  }

  @Authenticated()
  @Mutation(() => SessionSwitchPayload, {
    description: 'Opens a session in another workspace of yours. The one in hand goes on.',
  })
  async sessionSwitch(
    @Arg('input', () => SessionSwitchInput) { workspaceId }: SessionSwitchInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<SessionSwitchPayload> {
    return toSignedIn(
      await outcomeOf(() => this.switchWorkspace.execute(requireWorkspaceActor(actor), workspaceId)),
    );
  }
}

function toUserSession({ session, workspace, isCurrent }: OpenSession): UserSession {
  const { id, createdAt, rotatedAt, expiresAt } = session;
  return Object.assign(new UserSession(), {
    id,
    workspace: toWorkspace(workspace),
    createdAt,
    lastUsedAt: rotatedAt,
    expiresAt,
    isCurrent,
  });
}
