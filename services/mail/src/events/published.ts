import type { EventTx } from '@switchboard/messaging';
import {
  MailBouncedSchema,
  MailClickedSchema,
  MailComplainedSchema,
  MailDeliveredSchema,
  MailFailedSchema,
  MailOpenedSchema,
  MailOutcomeUnknownSchema,
  MailQueuedSchema,
  MailReceivedSchema,
  MailSentSchema,
  UploadCreatedSchema,
  UploadStoredSchema,
} from '@switchboard/proto-schemas';
import type { MailMessage } from '../domain/mail-message.ts';
import type { TimelineKind } from '../domain/timeline-entry.ts';

/** Every fact that mail states. */
export const PUBLISHED = [
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
];

/** States that a mail was accepted. @returns the event's id. */
export function recordQueued({ record }: EventTx, message: MailMessage, recipientCount: number): string {
  const { id, workspaceId, connectionId, provider, sandbox, template } = message;
  return record(
    MailQueuedSchema,
    { messageId: id, connectionId, provider, sandbox, recipientCount, template: template ?? '' },
    { workspaceId },
  );
}

/** States that a mail came into a mailbox. */
export function recordReceived({ record }: EventTx, message: MailMessage, bytes: number): void {
  const { id: messageId, workspaceId, connectionId, provider, sandbox, replyToMessageId } = message;
  record(
    MailReceivedSchema,
    { messageId, connectionId, provider, sandbox, bytes, replyToMessageId: replyToMessageId ?? '' },
    { workspaceId },
  );
}

/** States what a mail has just become. */
export function recordMailStatus(
  { record }: EventTx,
  message: MailMessage,
  { permanent }: { permanent: boolean } = { permanent: false },
): void {
  const { id: messageId, workspaceId, provider, sandbox } = message;
  switch (message.status) {
    case 'SENT':
      record(MailSentSchema, { messageId, provider, sandbox }, { workspaceId });
      break;
    case 'DELIVERED':
      record(MailDeliveredSchema, { messageId, sandbox }, { workspaceId });
      break;
    case 'BOUNCED':
      record(MailBouncedSchema, { messageId, permanent, sandbox }, { workspaceId });
      break;
    case 'FAILED':
      record(MailFailedSchema, { messageId, code: message.errorCode ?? '', sandbox }, { workspaceId });
      break;
    case 'COMPLAINED':
      record(MailComplainedSchema, { messageId, sandbox }, { workspaceId });
      break;
    case 'OUTCOME_UNKNOWN':
      record(MailOutcomeUnknownSchema, { messageId, sandbox }, { workspaceId });
      break;
    default:
      break;
  }
}

/** States that a recipient opened a mail or followed a link; every time, since each is a fact of its own. */
export function recordReading({ record }: EventTx, message: MailMessage, kind: TimelineKind): void {
  const { id: messageId, workspaceId, sandbox } = message;
  if (kind === 'OPENED') record(MailOpenedSchema, { messageId, sandbox }, { workspaceId });
  if (kind === 'CLICKED') record(MailClickedSchema, { messageId, sandbox }, { workspaceId });
}
