import { newId } from '@switchboard/ids';
import type { EventTx } from '@switchboard/messaging';
import { CallReceivedSchema } from '@switchboard/proto-schemas';
import { Call } from '../domain/call.ts';
import { TwilioSettings } from '../domain/twilio-settings.ts';

export interface ReceivedCall {
  readonly connectionId: string;
  readonly providerCallId: string;
  readonly from: string;
  readonly to: string;
  readonly at: Date;
}

/** Keeps a call from somebody to one of our numbers. What it is answered with was said when the vendor asked. */
export async function receiveCall(tx: EventTx, received: ReceivedCall): Promise<void> {
  const { connectionId, providerCallId, at } = received;
  const settings = await tx.em.findOne(TwilioSettings, { connectionId });
  // The settings were deleted since; there is nobody to receive it.
  if (!settings) return;
  const { workspaceId } = settings;
  const isAnswered = settings.takesCalls();
  const call = tx.em.create(Call, {
    id: newId('cll'),
    workspaceId,
    settingsId: settings.id,
    connectionId,
    userId: settings.userId,
    direction: 'INBOUND',
    from: received.from,
    to: received.to,
    status: isAnswered ? 'IN_PROGRESS' : 'RINGING',
    providerCallId,
    startedAt: at,
    answeredAt: isAnswered ? at : null,
    sandbox: settings.sandbox,
  });
  tx.record(CallReceivedSchema, { callId: call.id, sandbox: call.sandbox }, { workspaceId });
}
