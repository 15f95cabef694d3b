// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { MeetingsService } from '../rpc/meetings/v1/meetings_service_pb.ts';
export { type InvitationContextRequest, InvitationContextRequestSchema } from '../rpc/meetings/v1/meetings_service_pb.ts';
export { type InvitationContextResponse, InvitationContextResponseSchema } from '../rpc/meetings/v1/meetings_service_pb.ts';
export { type Attendee, AttendeeSchema } from '../rpc/meetings/v1/meetings_service_pb.ts';
