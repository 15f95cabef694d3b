import type { Credential, CredentialChecker, ProviderCall } from '@switchboard/providers';
import type { IncomingMail } from '../domain/incoming-mail.ts';
import type { MailStatus } from '../domain/mail-status.ts';
import type { Addressee } from '../domain/recipients.ts';
import type { SuppressionReason } from '../domain/suppression.ts';
import type { TimelineKind } from '../domain/timeline-entry.ts';

export interface OutgoingAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** A mail ready to go. Every text that ends in a header has been checked. */
export interface OutgoingMail {
  /** Ours (`msg_…`); vendors that report later give it back. */
  readonly messageId: string;
  /** The Message-ID header, angle brackets included. */
  readonly internetMessageId: string;
  /** The Message-ID of the mail this one answers. */
  readonly inReplyTo: string | undefined;
  /** The References header. */
  readonly references: string | undefined;
  readonly from: string;
  readonly recipients: readonly Addressee[];
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly OutgoingAttachment[];
  /** Whether a link in it must reach nobody but its recipient, so that the vendor may not rewrite it. */
  readonly hasSecretLink: boolean;
}

/** A recipient that the vendor would not take while it took the mail for others. */
export interface RefusedRecipient {
  readonly address: string;
  /** Whether it will be refused again. */
  readonly permanent: boolean;
  readonly code: string;
  readonly reason: string;
}

export interface MailReceipt {
  readonly providerMessageId: string | undefined;
  /** Those the vendor answered for at once; everybody, when nobody was taken. */
  readonly refused: readonly RefusedRecipient[];
}

export interface MailSender {
  /** @throws ProviderError; OUTCOME_UNKNOWN when it may have been sent. */
  send(mail: OutgoingMail, call: ProviderCall): Promise<MailReceipt>;
}

/** What a vendor says, later, became of a mail at one recipient. */
export interface DeliveryReport {
  /** Ours, as we gave it to the vendor. */
  readonly messageId: string;
  /** The vendor's id of this report; the same when it is repeated. */
  readonly providerEventId: string;
  readonly providerMessageId: string | undefined;
  /** The recipient. */
  readonly address: string;
  readonly at: Date;
  readonly kind: TimelineKind;
  /** Absent where it says nothing about the mail's way, such as that it was opened. */
  readonly status: MailStatus | undefined;
  /** Set when the recipient must not be written to any more. */
  readonly suppress: SuppressionReason | undefined;
  readonly errorCode: string | undefined;
  readonly detail: string | undefined;
}

/** How a mailbox stands. */
export interface MailboxStanding {
  /** Another value than before means that the server rebuilt the mailbox, and that UIDs from before mean nothing. */
  readonly uidValidity: string;
  /** What the next mail's UID will be at least. */
  readonly uidNext: number;
}

/** A mail in a mailbox, before it is read. */
export interface MailHead {
  /** Grows with each mail; unique while UIDVALIDITY stays. */
  readonly uid: number;
  readonly bytes: number;
  /** When the mailbox got it. */
  readonly arrivedAt: Date;
}

/** A mailbox that is signed in to. Every method throws ProviderError, and after one the mailbox is to be closed. */
export interface OpenMailbox {
  look(): Promise<MailboxStanding>;
  /** UIDs within bounds that belong to them, ascending. `since` is read roughly: some from up to two days before are there. */
  uids(range: { readonly from: number; readonly to?: number; readonly since?: Date }): Promise<number[]>;
  /** Those of the UIDs that are still there. */
  heads(uids: readonly number[]): Promise<MailHead[]>;
  /** @returns undefined when it is gone by now. */
  read(head: MailHead): Promise<IncomingMail | undefined>;
  /** Resolves when the server tells of a new mail, when the mailbox is lost, and after `waitMs` at the latest. */
  untilNews(waitMs: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface MailReader {
  /** Whether the connection says where its mailbox is. */
  namesMailbox(credential: Credential): boolean;
  /** @throws ProviderError; RECONNECT_REQUIRED when the credential is refused. */
  open(call: ProviderCall): Promise<OpenMailbox>;
}

/** One mail vendor. A role it cannot play is simply absent. */
export interface MailProvider {
  readonly id: string;
  readonly sender?: MailSender;
  readonly reader?: MailReader;
  readonly checker?: CredentialChecker;
}
