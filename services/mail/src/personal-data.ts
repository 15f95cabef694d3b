import { defineInventory } from '@switchboard/personal-data';

/** Mails of the product itself, written to a person and not for a workspace. */
const TO_THE_PERSON = `template in ('verification', 'password-reset', 'invitation', 'erasure-scheduled', 'copy-ready')
  and id in (select message_id from mail_recipients where address_key = :email)`;

/**
 * What a person wrote in a workspace is the workspace's, and stays with it; what a workspace knows of an address is the
 * workspace's as well.
 */
export const mailInventory = defineInventory([
  // First: whoever reads a mailbox writes under its row, so nothing comes after the messages are gone.
  {
    table: 'mailboxes',
    workspace: {
      copy: { file: 'mailboxes', without: ['lease_owner', 'lease_until', 'revision', 'attempt_at'] },
    },
  },
  { table: 'mail_attachments', workspace: { copy: { file: 'attachments' } } },
  {
    table: 'mail_timeline',
    workspace: { copy: { file: 'timeline' } },
  },
  { table: 'mail_recipients', workspace: { copy: { file: 'recipients' } } },
  { table: 'suppressions', workspace: { copy: { file: 'suppressions' } } },
  {
    table: 'mail_messages',
    workspace: { copy: { file: 'messages', without: ['dedupe_key', 'fingerprint', 'sender_key'] } },
    // Recipients and timeline go with their message.
    person: [
      {
        rows: TO_THE_PERSON,
        copy: { file: 'messages', without: ['dedupe_key', 'fingerprint', 'sender_key'] },
        erasure: 'delete',
      },
    ],
  },
  {
    table: 'upload_chunks',
    key: "upload_id || '/' || transfer_id || '/' || lpad(position::text, 10, '0')",
    workspace: { copy: { path: "'files/' || upload_id", bytes: 'data' } },
  },
  { table: 'uploads', workspace: { copy: { file: 'uploads', without: ['token_hash', 'transfer_id'] } } },
]);
