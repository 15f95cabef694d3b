// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { OpsService } from '../rpc/ops/v1/ops_service_pb.ts';
export { type StatusRequest, StatusRequestSchema } from '../rpc/ops/v1/ops_service_pb.ts';
export { type StatusResponse, StatusResponseSchema } from '../rpc/ops/v1/ops_service_pb.ts';
export { type ListDeadLettersRequest, ListDeadLettersRequestSchema } from '../rpc/ops/v1/ops_service_pb.ts';
export { type ListDeadLettersResponse, ListDeadLettersResponseSchema } from '../rpc/ops/v1/ops_service_pb.ts';
export { type DeadLetter, DeadLetterSchema } from '../rpc/ops/v1/ops_service_pb.ts';
export { type ReplayDeadLettersRequest, ReplayDeadLettersRequestSchema } from '../rpc/ops/v1/ops_service_pb.ts';
export { type ReplayDeadLettersResponse, ReplayDeadLettersResponseSchema } from '../rpc/ops/v1/ops_service_pb.ts';
export { type ReplayOutboxRequest, ReplayOutboxRequestSchema } from '../rpc/ops/v1/ops_service_pb.ts';
export { type ReplayOutboxResponse, ReplayOutboxResponseSchema } from '../rpc/ops/v1/ops_service_pb.ts';
