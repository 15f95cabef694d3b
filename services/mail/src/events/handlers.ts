import type { Handler } from '@switchboard/messaging';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';
import { onConnectionCreated } from './connection-created.ts';
import { onConnectionDeleted } from './connection-deleted.ts';
import type { ConnectionListener } from './connection-mailbox.ts';
import { onConnectionUpdated } from './connection-updated.ts';
import { onDataRequestCompleted } from './data-request-completed.ts';
import { onDataRequestOpened } from './data-request-opened.ts';
import { onEmailVerificationRequested } from './email-verification-requested.ts';
import { onInvitationCreated } from './invitation-created.ts';
import { onInvitationResent } from './invitation-resent.ts';
import { onMeetingCancelled } from './meeting-cancelled.ts';
import { onMeetingCreated } from './meeting-created.ts';
import { onMeetingUpdated } from './meeting-updated.ts';
import { onPasswordResetRequested } from './password-reset-requested.ts';

/** Every fact of others that mail acts on. @param mailboxes wants to know of connections at once. */
export function mailHandlers(mails: TemplateMails, mailboxes: ConnectionListener): Handler[] {
  return [
    onEmailVerificationRequested(mails),
    onPasswordResetRequested(mails),
    onInvitationCreated(mails),
    onInvitationResent(mails),
    onMeetingCreated(mails),
    onMeetingUpdated(mails),
    onMeetingCancelled(mails),
    onDataRequestOpened(mails),
    onDataRequestCompleted(mails),
    onConnectionCreated(mailboxes),
    onConnectionUpdated(mailboxes),
    onConnectionDeleted(mailboxes),
  ];
}
