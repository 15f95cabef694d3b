// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { type MailQueued, MailQueuedSchema } from '../evt/mail/v1/messages_pb.ts';
export { type MailSent, MailSentSchema } from '../evt/mail/v1/messages_pb.ts';
export { type MailDelivered, MailDeliveredSchema } from '../evt/mail/v1/messages_pb.ts';
export { type MailBounced, MailBouncedSchema } from '../evt/mail/v1/messages_pb.ts';
export { type MailFailed, MailFailedSchema } from '../evt/mail/v1/messages_pb.ts';
export { type MailComplained, MailComplainedSchema } from '../evt/mail/v1/messages_pb.ts';
export { type MailOpened, MailOpenedSchema } from '../evt/mail/v1/messages_pb.ts';
export { type MailClicked, MailClickedSchema } from '../evt/mail/v1/messages_pb.ts';
export { type MailOutcomeUnknown, MailOutcomeUnknownSchema } from '../evt/mail/v1/messages_pb.ts';
export { type MailReceived, MailReceivedSchema } from '../evt/mail/v1/messages_pb.ts';
export { type UploadCreated, UploadCreatedSchema } from '../evt/mail/v1/uploads_pb.ts';
export { type UploadStored, UploadStoredSchema } from '../evt/mail/v1/uploads_pb.ts';
