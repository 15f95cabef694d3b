// GENERATED — do not edit. Written by `npm run generate` from the proto files.

import type { DescMessage } from '@bufbuild/protobuf';
import {
  ToolExecutionStartedSchema,
  ToolExecutionFinishedSchema,
} from './evt/audit/v1/tool_executions_pb.ts';
import {
  WorkspaceCreatedSchema,
  UserSignedUpSchema,
  EmailVerificationRequestedSchema,
  EmailVerifiedSchema,
  PasswordResetRequestedSchema,
  PasswordChangedSchema,
  IdentityLinkedSchema,
  IdentityUnlinkedSchema,
} from './evt/auth/v1/accounts_pb.ts';
import {
  AgentCreatedSchema,
  AgentUpdatedSchema,
  AgentEndedSchema,
} from './evt/auth/v1/agents_pb.ts';
import {
  ApiKeyCreatedSchema,
  ApiKeyUpdatedSchema,
  ApiKeyRotatedSchema,
  ApiKeyRevokedSchema,
} from './evt/auth/v1/api_keys_pb.ts';
import {
  ConnectionCreatedSchema,
  ConnectionUpdatedSchema,
  ConnectionDeletedSchema,
  ConnectionHealthChangedSchema,
  ConnectionRevokedSchema,
  ConnectionRecoveredSchema,
  ConnectionRefusedSchema,
} from './evt/auth/v1/connections_pb.ts';
import {
  DataRequestOpenedSchema,
  DataRequestCancelledSchema,
  DataRequestDueSchema,
  DataRequestAnsweredSchema,
  DataRequestCompletedSchema,
  DataExportFetchedSchema,
} from './evt/auth/v1/data_requests_pb.ts';
import {
  InvitationResentSchema,
  InvitationRevokedSchema,
  InvitationLinkShownSchema,
} from './evt/auth/v1/invitations_pb.ts';
import {
  InvitationCreatedSchema,
  InvitationAcceptedSchema,
  MembershipCreatedSchema,
} from './evt/auth/v1/members_pb.ts';
import {
  MembershipUpdatedSchema,
  MembershipRemovedSchema,
} from './evt/auth/v1/memberships_pb.ts';
import {
  PreferencesChangedSchema,
} from './evt/auth/v1/preferences_pb.ts';
import {
  SessionCreatedSchema,
  SessionRefreshedSchema,
  SessionRevokedSchema,
  SecondFactorEnabledSchema,
  SecondFactorDisabledSchema,
  RecoveryCodeUsedSchema,
  SignInCodeRequestedSchema,
} from './evt/auth/v1/sessions_pb.ts';
import {
  WorkspaceSuspendedSchema,
  WorkspaceResumedSchema,
} from './evt/auth/v1/suspensions_pb.ts';
import {
  WorkspaceUpdatedSchema,
  WorkspaceTransferredSchema,
} from './evt/auth/v1/workspaces_pb.ts';
import {
  LedgerPostedSchema,
} from './evt/billing/v1/ledger_pb.ts';
import {
  PaymentCreatedSchema,
  PaymentActionRequiredSchema,
  PaymentProcessingSchema,
  PaymentSucceededSchema,
  PaymentFailedSchema,
  PaymentCanceledSchema,
} from './evt/billing/v1/payments_pb.ts';
import {
  RefundCreatedSchema,
  RefundSucceededSchema,
  RefundFailedSchema,
} from './evt/billing/v1/refunds_pb.ts';
import {
  MailQueuedSchema,
  MailSentSchema,
  MailDeliveredSchema,
  MailBouncedSchema,
  MailFailedSchema,
  MailComplainedSchema,
  MailOpenedSchema,
  MailClickedSchema,
  MailOutcomeUnknownSchema,
  MailReceivedSchema,
} from './evt/mail/v1/messages_pb.ts';
import {
  UploadCreatedSchema,
  UploadStoredSchema,
} from './evt/mail/v1/uploads_pb.ts';
import {
  MeetingRequestedSchema,
  MeetingCreatedSchema,
  MeetingUpdatedSchema,
  MeetingCancelledSchema,
  MeetingStartedSchema,
  MeetingEndedSchema,
  MeetingFailedSchema,
  MeetingOutcomeUnknownSchema,
} from './evt/meetings/v1/meetings_pb.ts';
import {
  CallQueuedSchema,
  CallInitiatedSchema,
  CallRingingSchema,
  CallAnsweredSchema,
  CallCompletedSchema,
  CallBusySchema,
  CallNotAnsweredSchema,
  CallFailedSchema,
  CallCanceledSchema,
  CallOutcomeUnknownSchema,
  CallEndRequestedSchema,
  CallReceivedSchema,
  CallRecordedSchema,
} from './evt/telephony/v1/calls_pb.ts';
import {
  TwilioSettingsSavedSchema,
  TwilioSettingsVerifiedSchema,
  TwilioSettingsDeletedSchema,
} from './evt/telephony/v1/settings_pb.ts';
import {
  SmsQueuedSchema,
  SmsSentSchema,
  SmsDeliveredSchema,
  SmsFailedSchema,
  SmsOutcomeUnknownSchema,
  SmsReceivedSchema,
  SmsOptedOutSchema,
  SmsOptedInSchema,
} from './evt/telephony/v1/sms_pb.ts';

/** Every event there is, for those who follow all of them; `typeName` is the `ce-type` header. */
export const eventSchemas: readonly DescMessage[] = [
  ToolExecutionStartedSchema,
  ToolExecutionFinishedSchema,
  WorkspaceCreatedSchema,
  UserSignedUpSchema,
  EmailVerificationRequestedSchema,
  EmailVerifiedSchema,
  PasswordResetRequestedSchema,
  PasswordChangedSchema,
  IdentityLinkedSchema,
  IdentityUnlinkedSchema,
  AgentCreatedSchema,
  AgentUpdatedSchema,
  AgentEndedSchema,
  ApiKeyCreatedSchema,
  ApiKeyUpdatedSchema,
  ApiKeyRotatedSchema,
  ApiKeyRevokedSchema,
  ConnectionCreatedSchema,
  ConnectionUpdatedSchema,
  ConnectionDeletedSchema,
  ConnectionHealthChangedSchema,
  ConnectionRevokedSchema,
  ConnectionRecoveredSchema,
  ConnectionRefusedSchema,
  DataRequestOpenedSchema,
  DataRequestCancelledSchema,
  DataRequestDueSchema,
  DataRequestAnsweredSchema,
  DataRequestCompletedSchema,
  DataExportFetchedSchema,
  InvitationResentSchema,
  InvitationRevokedSchema,
  InvitationLinkShownSchema,
  InvitationCreatedSchema,
  InvitationAcceptedSchema,
  MembershipCreatedSchema,
  MembershipUpdatedSchema,
  MembershipRemovedSchema,
  PreferencesChangedSchema,
  SessionCreatedSchema,
  SessionRefreshedSchema,
  SessionRevokedSchema,
  SecondFactorEnabledSchema,
  SecondFactorDisabledSchema,
  RecoveryCodeUsedSchema,
  SignInCodeRequestedSchema,
  WorkspaceSuspendedSchema,
  WorkspaceResumedSchema,
  WorkspaceUpdatedSchema,
  WorkspaceTransferredSchema,
  LedgerPostedSchema,
  PaymentCreatedSchema,
  PaymentActionRequiredSchema,
  PaymentProcessingSchema,
  PaymentSucceededSchema,
  PaymentFailedSchema,
  PaymentCanceledSchema,
  RefundCreatedSchema,
  RefundSucceededSchema,
  RefundFailedSchema,
  MailQueuedSchema,
  MailSentSchema,
  MailDeliveredSchema,
  MailBouncedSchema,
  MailFailedSchema,
  MailComplainedSchema,
  MailOpenedSchema,
  MailClickedSchema,
  MailOutcomeUnknownSchema,
  MailReceivedSchema,
  UploadCreatedSchema,
  UploadStoredSchema,
  MeetingRequestedSchema,
  MeetingCreatedSchema,
  MeetingUpdatedSchema,
  MeetingCancelledSchema,
  MeetingStartedSchema,
  MeetingEndedSchema,
  MeetingFailedSchema,
  MeetingOutcomeUnknownSchema,
  CallQueuedSchema,
  CallInitiatedSchema,
  CallRingingSchema,
  CallAnsweredSchema,
  CallCompletedSchema,
  CallBusySchema,
  CallNotAnsweredSchema,
  CallFailedSchema,
  CallCanceledSchema,
  CallOutcomeUnknownSchema,
  CallEndRequestedSchema,
  CallReceivedSchema,
  CallRecordedSchema,
  TwilioSettingsSavedSchema,
  TwilioSettingsVerifiedSchema,
  TwilioSettingsDeletedSchema,
  SmsQueuedSchema,
  SmsSentSchema,
  SmsDeliveredSchema,
  SmsFailedSchema,
  SmsOutcomeUnknownSchema,
  SmsReceivedSchema,
  SmsOptedOutSchema,
  SmsOptedInSchema,
];
