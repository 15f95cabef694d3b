import { AccountResolver } from './account.resolver.ts';
import { AgentResolver } from './agent.resolver.ts';
import { ApiKeyResolver } from './api-key.resolver.ts';
import { ConnectionResolver } from './connection.resolver.ts';
import { ConsentResolver } from './consent.resolver.ts';
import { DataRequestResolver } from './data-request.resolver.ts';
import { InvitationResolver } from './invitation.resolver.ts';
import { InvitationCareResolver } from './invitation-care.resolver.ts';
import { MemberResolver } from './member.resolver.ts';
import { PlatformResolver } from './platform.resolver.ts';
import { PreferencesResolver } from './preferences.resolver.ts';
import { SecondFactorResolver } from './second-factor.resolver.ts';
import { SessionResolver } from './session.resolver.ts';
import { SignInResolver } from './sign-in.resolver.ts';
import { UserSessionResolver } from './user-session.resolver.ts';
import { ViewerWorkspacesResolver } from './viewer-workspaces.resolver.ts';
import { MembershipResolver, WorkspaceResolver } from './workspace.resolver.ts';

/** Every resolver of the subgraph. */
export const RESOLVER_CLASSES = [
  AccountResolver,
  SessionResolver,
  UserSessionResolver,
  ViewerWorkspacesResolver,
  PlatformResolver,
  WorkspaceResolver,
  MembershipResolver,
  MemberResolver,
  InvitationResolver,
  InvitationCareResolver,
  ApiKeyResolver,
  AgentResolver,
  ConnectionResolver,
  ConsentResolver,
  SignInResolver,
  SecondFactorResolver,
  PreferencesResolver,
  DataRequestResolver,
] as const;
