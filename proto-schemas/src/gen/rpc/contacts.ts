// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { ContactsService } from '../rpc/contacts/v1/contacts_service_pb.ts';
export { type ResourceIdsRequest, ResourceIdsRequestSchema } from '../rpc/contacts/v1/contacts_service_pb.ts';
export { type ResourceIdsResponse, ResourceIdsResponseSchema } from '../rpc/contacts/v1/contacts_service_pb.ts';
