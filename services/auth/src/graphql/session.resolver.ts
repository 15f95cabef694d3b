import { requireWorkspaceActor } from '@switchboard/identity';
import { Secret } from '@switchboard/observability';
import { Authenticated, type SubgraphContext } from '@switchboard/subgraph';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Role } from '../domain/role.ts';
import type { RevokeSession } from '../use-cases/sessions/revoke-session.ts';
import type { CreateSession } from '../use-cases/sign-in/create-session.ts';
import type { ReadViewer } from '../use-cases/sign-in/read-viewer.ts';
import type { RefreshSession } from '../use-cases/sign-in/refresh-session.ts';
import { SessionCreateInput, SessionRefreshInput, SessionRevokeInput } from './account.inputs.ts';
import {
  SessionCreatePayload,
  SessionRefreshPayload,
  SessionRevokePayload,
  toSignedIn,
} from './account.payloads.ts';
import { toAgent } from './agent.type.ts';
import { outcomeOf } from './outcome.ts';
import { toSession, Viewer } from './session.type.ts';
import { toUser } from './user.type.ts';
import { toWorkspace } from './workspace.type.ts';

@Resolver()
export class SessionResolver {
  constructor(
    private readonly createSession: CreateSession,
    private readonly refreshSession: RefreshSession,
    private readonly revokeSession: RevokeSession,
    private readonly readViewer: ReadViewer,
  ) {}

  @Authenticated()
  @Query(() => Viewer, { nullable: true, description: 'Who the caller is.' })
  async viewer(@Ctx() { actor }: SubgraphContext): Promise<Viewer> {
    const viewer = await this.readViewer.execute(requireWorkspaceActor(actor));
    return {
      user: viewer.user && toUser(viewer.user),
      workspace: toWorkspace(viewer.workspace),
      role: viewer.role as Role | null,
      scopes: viewer.scopes,
      secondFactor: viewer.secondFactor,
      signsInWith: viewer.signsInWith,
      agent: viewer.agent && toAgent(viewer.agent),
    };
  }

  @Mutation(() => SessionCreatePayload, { description: 'Signs in with address and password.' })
  async sessionCreate(
    @Arg('input', () => SessionCreateInput) input: SessionCreateInput,
    @Ctx() { identity }: SubgraphContext,
  ): Promise<SessionCreatePayload> {
    const { email, workspaceId = null } = input;
    const password = new Secret(input.password);
    return toSignedIn(
      await outcomeOf(() => this.createSession.execute({ email, password, workspaceId }, identity.clientIp)),
    );
  }

  @Mutation(() => SessionRefreshPayload, {
    description:
      'Gets the next tokens. A refresh token works once; presenting a replaced one again ends the session.',
  })
  async sessionRefresh(
    @Arg('input', () => SessionRefreshInput) { refreshToken }: SessionRefreshInput,
  ): Promise<SessionRefreshPayload> {
    return { session: toSession(await this.refreshSession.execute(refreshToken)), userErrors: [] };
  }

  @Authenticated()
  @Mutation(() => SessionRevokePayload, { description: 'Signs out.' })
  async sessionRevoke(
    @Arg('input', () => SessionRevokeInput, { nullable: true }) input: SessionRevokeInput | null,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<SessionRevokePayload> {
    const sessionId = await this.revokeSession.execute(
      requireWorkspaceActor(actor),
      input?.sessionId ?? null,
    );
    return { sessionId, userErrors: [] };
  }
}
