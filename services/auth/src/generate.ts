import { writeGeneratedSdl } from '@switchboard/subgraph';
import { AccountResolver } from './graphql/account.resolver.ts';
import { ApiKeyResolver } from './graphql/api-key.resolver.ts';
import { ConnectionResolver } from './graphql/connection.resolver.ts';
import { InvitationResolver } from './graphql/invitation.resolver.ts';
import { SessionResolver } from './graphql/session.resolver.ts';
import { authSubgraph, type Lookups } from './graphql/subgraph.ts';
import { MembershipResolver, WorkspaceResolver } from './graphql/workspace.resolver.ts';
import { writeReadme } from './readme.ts';

const resolvers = [
  AccountResolver,
  SessionResolver,
  WorkspaceResolver,
  MembershipResolver,
  InvitationResolver,
  ApiKeyResolver,
  ConnectionResolver,
];
// Only the schema is wanted: nothing is ever looked up.
writeGeneratedSdl(authSubgraph(resolvers, {} as Lookups), new URL('../schema.graphql', import.meta.url));
writeReadme(new URL('../README.md', import.meta.url));
