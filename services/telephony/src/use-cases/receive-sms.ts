import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import { SmsOptedInSchema, SmsOptedOutSchema, SmsReceivedSchema } from '@switchboard/proto-schemas';
import { keywordOf } from '../domain/keywords.ts';
import { OptOut } from '../domain/opt-out.ts';
import { Sms } from '../domain/sms.ts';
import { TwilioSettings } from '../domain/twilio-settings.ts';

export interface ReceivedSms {
  readonly connectionId: string;
  readonly providerMessageId: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly segments: number;
}

/** Keeps a text that somebody sent to one of our numbers; STOP and START change who may be written to. */
export async function receiveSms(tx: EventTx, received: ReceivedSms): Promise<void> {
  const settings = await tx.em.findOne(TwilioSettings, { connectionId: received.connectionId });
  // The settings were deleted since; there is nobody to receive it.
  if (!settings) return;
  const { workspaceId } = settings;
  const sms = tx.em.create(Sms, {
    id: newId('sms'),
    workspaceId,
    settingsId: settings.id,
    connectionId: settings.connectionId,
    userId: settings.userId,
    direction: 'INBOUND',
    from: received.from,
    to: received.to,
    body: received.body,
    status: 'RECEIVED',
    providerMessageId: received.providerMessageId,
    segments: received.segments,
    sandbox: settings.sandbox,
  });
  tx.record(SmsReceivedSchema, { smsId: sms.id, sandbox: sms.sandbox }, { workspaceId });
  const keyword = keywordOf(received.body);
  if (keyword) await changeConsent(tx, settings, received, keyword === 'STOP');
}

async function changeConsent(
  tx: EventTx,
  settings: TwilioSettings,
  received: ReceivedSms,
  stop: boolean,
): Promise<void> {
  const { workspaceId, id: settingsId, sandbox } = settings;
  const key = { workspaceId, ownNumber: received.to, phoneNumber: received.from };
  const known = await tx.em.findOne(OptOut, key);
  if (!known && !stop) return;
  const optOut = known ?? tx.em.create(OptOut, { id: newId('opt'), ...key, settingsId, sandbox });
  if (known && known.active === stop) return;
  optOut.active = stop;
  optOut.updatedAt = new Date();
  const schema = stop ? SmsOptedOutSchema : SmsOptedInSchema;
  tx.record(schema, { optOutId: optOut.id, settingsId, sandbox }, { workspaceId });
}
