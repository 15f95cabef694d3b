// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { AuditService } from '../rpc/audit/v1/audit_service_pb.ts';
export { type BeginToolExecutionRequest, BeginToolExecutionRequestSchema } from '../rpc/audit/v1/audit_service_pb.ts';
export { type BeginToolExecutionResponse, BeginToolExecutionResponseSchema } from '../rpc/audit/v1/audit_service_pb.ts';
export { type FinishToolExecutionRequest, FinishToolExecutionRequestSchema } from '../rpc/audit/v1/audit_service_pb.ts';
export { type FinishToolExecutionResponse, FinishToolExecutionResponseSchema } from '../rpc/audit/v1/audit_service_pb.ts';
