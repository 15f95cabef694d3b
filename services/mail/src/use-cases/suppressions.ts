import { AppError } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import type { MailMessage } from '../domain/mail-message.ts';
import { type Addressee, addressKeyOf } from '../domain/recipients.ts';
import { Suppression, type SuppressionReason } from '../domain/suppression.ts';

/** Has a mail's workspace write to an address no more. Known addresses stay as they are. */
export async function suppress(
  { em }: EventTx,
  message: MailMessage,
  address: string,
  reason: SuppressionReason,
): Promise<void> {
  await em.execute(
    `insert into suppressions (id, workspace_id, address_key, reason, message_id, sandbox, created_at)
     values (?, ?, ?, ?, ?, ?, now())
     on conflict (workspace_id, address_key, reason, sandbox) do nothing`,
    [newId('sup'), message.workspaceId, addressKeyOf(address), reason, message.id, message.sandbox],
    'run',
  );
}

/** @throws AppError REJECTED when somebody among the recipients is not to be written to. */
export async function requireUnsuppressed(
  { em }: EventTx,
  recipients: readonly Addressee[],
  sandbox: boolean,
): Promise<void> {
  const addressKeys = recipients.map(({ address }) => addressKeyOf(address));
  const found = await em.find(Suppression, { addressKey: { $in: addressKeys }, sandbox });
  if (found.length === 0) return;
  const suppressed = [...new Set(found.map(({ addressKey }) => addressKey))];
  throw new AppError('REJECTED', 'recipient suppressed', {
    publicMessage: `Mail to ${suppressed.join(', ')} bounced, or is not wanted there.`,
    details: { code: 'RECIPIENT_SUPPRESSED' },
  });
}

/** Whether mail to an address comes back. The product's own mails ask only this: nobody opts out of a reset link. */
export async function isUnreachable(
  { em }: EventTx,
  workspaceId: string,
  address: string,
  sandbox: boolean,
): Promise<boolean> {
  const addressKey = addressKeyOf(address);
  return (await em.count(Suppression, { workspaceId, addressKey, sandbox, reason: 'HARD_BOUNCE' })) > 0;
}
