// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { type VerifyApiKeyRequest, VerifyApiKeyRequestSchema } from '../rpc/auth/v1/access_pb.ts';
export { type VerifyApiKeyResponse, VerifyApiKeyResponseSchema } from '../rpc/auth/v1/access_pb.ts';
export { type CheckSessionRequest, CheckSessionRequestSchema } from '../rpc/auth/v1/access_pb.ts';
export { type CheckSessionResponse, CheckSessionResponseSchema } from '../rpc/auth/v1/access_pb.ts';
export { AuthService } from '../rpc/auth/v1/auth_service_pb.ts';
export { type LendCredentialRequest, LendCredentialRequestSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type LendCredentialResponse, LendCredentialResponseSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type StoreCredentialRequest, StoreCredentialRequestSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type StoreCredentialResponse, StoreCredentialResponseSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type DeleteCredentialRequest, DeleteCredentialRequestSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type DeleteCredentialResponse, DeleteCredentialResponseSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type ReportConnectionUseRequest, ReportConnectionUseRequestSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type ReportConnectionUseResponse, ReportConnectionUseResponseSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type ListConnectionsRequest, ListConnectionsRequestSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type ListConnectionsResponse, ListConnectionsResponseSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type ListedConnection, ListedConnectionSchema } from '../rpc/auth/v1/credentials_pb.ts';
export { type DataSubjectRequest, DataSubjectRequestSchema } from '../rpc/auth/v1/data_requests_pb.ts';
export { type DataSubjectResponse, DataSubjectResponseSchema } from '../rpc/auth/v1/data_requests_pb.ts';
export { type StoreDataPartRequest, StoreDataPartRequestSchema } from '../rpc/auth/v1/data_requests_pb.ts';
export { type StoreDataPartResponse, StoreDataPartResponseSchema } from '../rpc/auth/v1/data_requests_pb.ts';
export { type AnswerDataRequestRequest, AnswerDataRequestRequestSchema } from '../rpc/auth/v1/data_requests_pb.ts';
export { type AnswerDataRequestResponse, AnswerDataRequestResponseSchema } from '../rpc/auth/v1/data_requests_pb.ts';
export { type MailContextRequest, MailContextRequestSchema } from '../rpc/auth/v1/mail_context_pb.ts';
export { type MailContextResponse, MailContextResponseSchema } from '../rpc/auth/v1/mail_context_pb.ts';
export { type SmsContextRequest, SmsContextRequestSchema } from '../rpc/auth/v1/sms_context_pb.ts';
export { type SmsContextResponse, SmsContextResponseSchema } from '../rpc/auth/v1/sms_context_pb.ts';
