import { writeServiceReadme } from '@switchboard/service';
import { writeGeneratedSdl } from '@switchboard/subgraph';
import { VENDOR_SHAPES, VENDORS } from './domain/vendors.ts';
import { PUBLISHED } from './events/published.ts';
import { AccountResolver } from './graphql/account.resolver.ts';
import { AgentResolver } from './graphql/agent.resolver.ts';
import { ApiKeyResolver } from './graphql/api-key.resolver.ts';
import { ConnectionResolver } from './graphql/connection.resolver.ts';
import { ConsentResolver } from './graphql/consent.resolver.ts';
import { DataRequestResolver } from './graphql/data-request.resolver.ts';
import { InvitationResolver } from './graphql/invitation.resolver.ts';
import { InvitationCareResolver } from './graphql/invitation-care.resolver.ts';
import { MemberResolver } from './graphql/member.resolver.ts';
import { PlatformResolver } from './graphql/platform.resolver.ts';
import { PreferencesResolver } from './graphql/preferences.resolver.ts';
import { SecondFactorResolver } from './graphql/second-factor.resolver.ts';
import { SessionResolver } from './graphql/session.resolver.ts';
import { SignInResolver } from './graphql/sign-in.resolver.ts';
import { authSubgraph, type Lookups } from './graphql/subgraph.ts';
import { UserSessionResolver } from './graphql/user-session.resolver.ts';
import { ViewerWorkspacesResolver } from './graphql/viewer-workspaces.resolver.ts';
import { MembershipResolver, WorkspaceResolver } from './graphql/workspace.resolver.ts';
import { auth } from './service.ts';

const resolvers = [
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
];
// Only the schema is wanted: nothing is ever looked up.
writeGeneratedSdl(authSubgraph(resolvers, {} as Lookups), new URL('../schema.graphql', import.meta.url));
writeServiceReadme(
  auth,
  { published: PUBLISHED, parts: { vendors: vendorsTable() } },
  new URL('../README.md', import.meta.url),
);

/** Which service is lent each vendor's credential, and what it holds, as a Markdown table. */
function vendorsTable(): string {
  const rows = VENDORS.map((vendor) => {
    const { owners, fields } = VENDOR_SHAPES[vendor];
    const names = fields.map((field) => `\`${field.name}\`${field.secret ? ' (secret)' : ''}`);
    return `| ${vendor} | ${owners.join(', ')} | ${names.join(', ') || 'by consent'} |`;
  });
  return ['| Vendor | Lent to | Values |', '|---|---|---|', ...rows].join('\n');
}
