// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { Role, RoleSchema } from '../evt/auth/v1/access_pb.ts';
export { Mode, ModeSchema } from '../evt/auth/v1/access_pb.ts';
export { type WorkspaceCreated, WorkspaceCreatedSchema } from '../evt/auth/v1/accounts_pb.ts';
export { type UserSignedUp, UserSignedUpSchema } from '../evt/auth/v1/accounts_pb.ts';
export { type EmailVerificationRequested, EmailVerificationRequestedSchema } from '../evt/auth/v1/accounts_pb.ts';
export { type EmailVerified, EmailVerifiedSchema } from '../evt/auth/v1/accounts_pb.ts';
export { type PasswordResetRequested, PasswordResetRequestedSchema } from '../evt/auth/v1/accounts_pb.ts';
export { type PasswordChanged, PasswordChangedSchema } from '../evt/auth/v1/accounts_pb.ts';
export { type ApiKeyCreated, ApiKeyCreatedSchema } from '../evt/auth/v1/api_keys_pb.ts';
export { type ApiKeyUpdated, ApiKeyUpdatedSchema } from '../evt/auth/v1/api_keys_pb.ts';
export { type ApiKeyRotated, ApiKeyRotatedSchema } from '../evt/auth/v1/api_keys_pb.ts';
export { type ApiKeyRevoked, ApiKeyRevokedSchema } from '../evt/auth/v1/api_keys_pb.ts';
export { type ConnectionCreated, ConnectionCreatedSchema } from '../evt/auth/v1/connections_pb.ts';
export { type ConnectionUpdated, ConnectionUpdatedSchema } from '../evt/auth/v1/connections_pb.ts';
export { type ConnectionDeleted, ConnectionDeletedSchema } from '../evt/auth/v1/connections_pb.ts';
export { type ConnectionHealthChanged, ConnectionHealthChangedSchema } from '../evt/auth/v1/connections_pb.ts';
export { OwnerKind, OwnerKindSchema } from '../evt/auth/v1/connections_pb.ts';
export { ConnectionState, ConnectionStateSchema } from '../evt/auth/v1/connections_pb.ts';
export { type InvitationCreated, InvitationCreatedSchema } from '../evt/auth/v1/members_pb.ts';
export { type InvitationAccepted, InvitationAcceptedSchema } from '../evt/auth/v1/members_pb.ts';
export { type MembershipCreated, MembershipCreatedSchema } from '../evt/auth/v1/members_pb.ts';
export { type SessionCreated, SessionCreatedSchema } from '../evt/auth/v1/sessions_pb.ts';
export { type SessionRefreshed, SessionRefreshedSchema } from '../evt/auth/v1/sessions_pb.ts';
export { type SessionRevoked, SessionRevokedSchema } from '../evt/auth/v1/sessions_pb.ts';
export { SessionRevocationReason, SessionRevocationReasonSchema } from '../evt/auth/v1/sessions_pb.ts';
