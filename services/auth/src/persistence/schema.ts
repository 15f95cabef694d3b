import type { EntityClass } from '@mikro-orm/core';
import { Agent } from '../domain/agent.ts';
import { ApiKey } from '../domain/api-key.ts';
import { Challenge } from '../domain/challenge.ts';
import { Connection } from '../domain/connection.ts';
import { Consent } from '../domain/consent.ts';
import { DataRequest } from '../domain/data-request.ts';
import { Identity } from '../domain/identity.ts';
import { Invitation } from '../domain/invitation.ts';
import { Membership } from '../domain/membership.ts';
import { Preferences } from '../domain/preferences.ts';
import { FactorChallenge, RecoveryCode, SecondFactor } from '../domain/second-factor.ts';
import { Session } from '../domain/session.ts';
import { SignInStart } from '../domain/sign-in-start.ts';
import { User } from '../domain/user.ts';
import { Workspace } from '../domain/workspace.ts';
import { WorkspaceKey } from '../domain/workspace-key.ts';
import { accountsMigration } from './migrations/0002-accounts.ts';
import { accessMigration } from './migrations/0003-access.ts';
import { connectionsMigration } from './migrations/0004-connections.ts';
import { previousUntilMigration } from './migrations/0005-previous-until.ts';
import { apiKeyCareMigration } from './migrations/0008-api-key-care.ts';
import { agentsMigration } from './migrations/0009-agents.ts';
import { consentMigration } from './migrations/0010-consent.ts';
import { membersInvitationsMigration } from './migrations/0011-members-invitations.ts';
import { suspensionMigration } from './migrations/0012-suspension.ts';
import { secondFactorsMigration } from './migrations/0013-second-factors.ts';
import { identitiesMigration } from './migrations/0014-identities.ts';
import { preferencesMigration } from './migrations/0015-preferences.ts';
import { dataRequestsMigration } from './migrations/0016-data-requests.ts';
import { sessionsPlatformGrantsMigration } from './migrations/0017-sessions-platform-grants.ts';
import { connectionChecksMigration } from './migrations/0018-connection-checks.ts';
import { registeredOperationsMigration } from './migrations/0019-registered-operations.ts';

export const ENTITIES: readonly EntityClass<object>[] = [
  Agent,
  ApiKey,
  Challenge,
  Connection,
  Consent,
  DataRequest,
  FactorChallenge,
  Identity,
  Invitation,
  Membership,
  Preferences,
  RecoveryCode,
  SecondFactor,
  Session,
  SignInStart,
  User,
  Workspace,
  WorkspaceKey,
];

export const MIGRATIONS = [
  accountsMigration,
  accessMigration,
  connectionsMigration,
  previousUntilMigration,
  apiKeyCareMigration,
  agentsMigration,
  consentMigration,
  membersInvitationsMigration,
  suspensionMigration,
  secondFactorsMigration,
  identitiesMigration,
  preferencesMigration,
  dataRequestsMigration,
  sessionsPlatformGrantsMigration,
  connectionChecksMigration,
  registeredOperationsMigration,
];
