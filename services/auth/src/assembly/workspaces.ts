import { InvitationResolver } from '../graphql/invitation.resolver.ts';
import { InvitationCareResolver } from '../graphql/invitation-care.resolver.ts';
import { MemberResolver } from '../graphql/member.resolver.ts';
import { PlatformResolver } from '../graphql/platform.resolver.ts';
import { ViewerWorkspacesResolver } from '../graphql/viewer-workspaces.resolver.ts';
import { MembershipResolver, WorkspaceResolver } from '../graphql/workspace.resolver.ts';
import { AcceptInvitation } from '../use-cases/invitations/accept-invitation.ts';
import { CreateInvitation } from '../use-cases/invitations/create-invitation.ts';
import { ListInvitations } from '../use-cases/invitations/list-invitations.ts';
import { ResendInvitation } from '../use-cases/invitations/resend-invitation.ts';
import { RevokeInvitation } from '../use-cases/invitations/revoke-invitation.ts';
import { ShowInvitationLink } from '../use-cases/invitations/show-invitation-link.ts';
import { SwitchWorkspace } from '../use-cases/sign-in/switch-workspace.ts';
import { CreateWorkspace } from '../use-cases/workspaces/create-workspace.ts';
import { ListAllWorkspaces } from '../use-cases/workspaces/list-all-workspaces.ts';
import { RemoveMembership } from '../use-cases/workspaces/remove-membership.ts';
import { SuspendWorkspace } from '../use-cases/workspaces/suspend-workspace.ts';
import { TransferWorkspace } from '../use-cases/workspaces/transfer-workspace.ts';
import { UpdateMembership } from '../use-cases/workspaces/update-membership.ts';
import { UpdateWorkspace } from '../use-cases/workspaces/update-workspace.ts';
import type { SharedParts } from './shared-parts.ts';
import type { Theme } from './theme.ts';

/** Workspaces, who is in them, and who is asked to come. */
export function assembleWorkspaces(shared: SharedParts): Theme<'members' | 'invitations'> {
  const { database, unitOfWork, now, linkTokens, grantSession, superAdmins, members, workspaces } = shared;
  const invitations = new ListInvitations(database);
  return {
    resolvers: [
      new ViewerWorkspacesResolver(
        workspaces,
        new CreateWorkspace(unitOfWork, now),
        new UpdateWorkspace(unitOfWork),
        new SwitchWorkspace(unitOfWork, grantSession, now),
      ),
      new PlatformResolver(
        superAdmins,
        new ListAllWorkspaces(database, superAdmins),
        new SuspendWorkspace(unitOfWork, superAdmins, now),
      ),
      new MemberResolver(
        new UpdateMembership(unitOfWork, now),
        new RemoveMembership(unitOfWork, shared.saveConnection, now),
        new TransferWorkspace(unitOfWork, shared.proveAgain, grantSession, now),
      ),
      new WorkspaceResolver(members),
      new MembershipResolver(members),
      new InvitationCareResolver(
        new ResendInvitation(unitOfWork, linkTokens, now),
        new RevokeInvitation(unitOfWork, now),
        new ShowInvitationLink(unitOfWork, linkTokens, shared.frontendUrl, now),
        now,
      ),
      new InvitationResolver(
        new CreateInvitation(unitOfWork, linkTokens, now),
        new AcceptInvitation(
          unitOfWork,
          linkTokens,
          shared.passwords,
          shared.checkPassword,
          grantSession,
          now,
        ),
        invitations,
        members,
        now,
      ),
    ],
    lookups: { members, invitations },
    answers: {},
    loops: [],
  };
}
