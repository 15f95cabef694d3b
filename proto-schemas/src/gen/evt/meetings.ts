// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { type MeetingRequested, MeetingRequestedSchema } from '../evt/meetings/v1/meetings_pb.ts';
export { type MeetingCreated, MeetingCreatedSchema } from '../evt/meetings/v1/meetings_pb.ts';
export { type MeetingUpdated, MeetingUpdatedSchema } from '../evt/meetings/v1/meetings_pb.ts';
export { type MeetingCancelled, MeetingCancelledSchema } from '../evt/meetings/v1/meetings_pb.ts';
export { type MeetingStarted, MeetingStartedSchema } from '../evt/meetings/v1/meetings_pb.ts';
export { type MeetingEnded, MeetingEndedSchema } from '../evt/meetings/v1/meetings_pb.ts';
export { type MeetingFailed, MeetingFailedSchema } from '../evt/meetings/v1/meetings_pb.ts';
export { type MeetingOutcomeUnknown, MeetingOutcomeUnknownSchema } from '../evt/meetings/v1/meetings_pb.ts';
