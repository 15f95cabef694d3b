import type { EventTx } from '@switchboard/messaging';
import type { SmsStatus } from '../domain/sms-status.ts';
import { recordSmsStatus } from '../events/published.ts';
import { lockSms } from './lock-sms.ts';

export interface SmsStatusReport {
  readonly connectionId: string;
  /** Ours, from the callback's address. */
  readonly smsId: string | undefined;
  readonly providerMessageId: string;
  readonly status: SmsStatus;
  readonly errorCode: string | undefined;
}

/** Takes what the vendor says became of a message. Reports come in any order and more than once. */
export async function applySmsStatus(tx: EventTx, report: SmsStatusReport): Promise<void> {
  // A message of another connection is not this caller's to report on.
  const { connectionId, smsId, providerMessageId } = report;
  const sms = await lockSms(tx, smsId ? { connectionId, id: smsId } : { connectionId, providerMessageId });
  if (!sms) return;
  sms.providerMessageId ??= report.providerMessageId;
  if (sms.advance(report.status, report.errorCode)) recordSmsStatus(tx, sms);
}
