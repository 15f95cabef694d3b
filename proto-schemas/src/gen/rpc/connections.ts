// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { ConnectionsService } from '../rpc/connections/v1/connections_service_pb.ts';
export { type CheckRequest, CheckRequestSchema } from '../rpc/connections/v1/connections_service_pb.ts';
export { type CheckResponse, CheckResponseSchema } from '../rpc/connections/v1/connections_service_pb.ts';
