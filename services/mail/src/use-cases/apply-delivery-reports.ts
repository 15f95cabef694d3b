import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import type { MailMessage } from '../domain/mail-message.ts';
import { addressKeyOf } from '../domain/recipients.ts';
import { recordMailStatus, recordReading } from '../events/published.ts';
import type { DeliveryReport } from '../providers/mail-provider.ts';
import { lockMessages } from './lock-messages.ts';
import { suppress } from './suppressions.ts';

/**
 * Takes what a vendor says became of mails. Reports come in any order, more than once, and many at a time.
 * @param connectionId whose reports they are: a mail of another connection is not theirs to report on.
 */
export async function applyDeliveryReports(
  tx: EventTx,
  connectionId: string,
  reports: readonly DeliveryReport[],
): Promise<void> {
  if (reports.length === 0) return;
  const ids = [...new Set(reports.map(({ messageId }) => messageId))];
  const messages = await lockMessages(tx, { ids, connectionId });
  const byId = new Map(messages.map((message) => [message.id, message]));
  const ours = reports.filter(({ messageId }) => byId.has(messageId));
  const isNew = await claimReports(tx, byId, ours);
  for (const report of ours) {
    const message = byId.get(report.messageId);
    // The same report may even stand twice in one batch.
    if (message && isNew.delete(keyOf(report))) await applyOne(tx, message, report);
  }
}

async function applyOne(tx: EventTx, message: MailMessage, report: DeliveryReport): Promise<void> {
  const { status, kind, address, errorCode } = report;
  message.providerMessageId ??= report.providerMessageId ?? null;
  if (status) {
    const addressKey = addressKeyOf(address);
    message.recipients
      .getItems()
      .find((recipient) => recipient.addressKey === addressKey)
      ?.advance(status);
    const permanent = report.suppress === 'HARD_BOUNCE';
    if (message.advance(status, errorCode)) recordMailStatus(tx, message, { permanent });
  }
  recordReading(tx, message, kind);
  if (report.suppress) await suppress(tx, message, address, report.suppress);
}

/** Adds the reports to the mails' histories. @returns the keys of those that were not there yet. */
async function claimReports(
  { em }: EventTx,
  messages: ReadonlyMap<string, MailMessage>,
  reports: readonly DeliveryReport[],
): Promise<Set<string>> {
  if (reports.length === 0) return new Set();
  const values = reports.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ');
  const rows = await em.execute<{ message_id: string; provider_event_id: string }[]>(
    `insert into mail_timeline (id, workspace_id, message_id, at, kind, detail, provider_event_id)
     values ${values}
     on conflict (message_id, provider_event_id) do nothing returning message_id, provider_event_id`,
    reports.flatMap((report) => [
      newId('mtl'),
      messages.get(report.messageId)?.workspaceId ?? '',
      report.messageId,
      report.at,
      report.kind,
      detailOf(report, messages.get(report.messageId)),
      report.providerEventId,
    ]),
  );
  return new Set(rows.map((row) => `${row.message_id}\n${row.provider_event_id}`));
}

function keyOf({ messageId, providerEventId }: DeliveryReport): string {
  return `${messageId}\n${providerEventId}`;
}

/** In words: whom it is about, and what was said. The links of the product's own mails hold tokens and are left out. */
function detailOf({ kind, address, detail }: DeliveryReport, message: MailMessage | undefined): string {
  const said = kind === 'CLICKED' && message?.origin ? undefined : detail;
  return said ? `${address}: ${said}` : address;
}
