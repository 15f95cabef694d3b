import type { EventTx } from '@switchboard/messaging';
import { CallRecordedSchema } from '@switchboard/proto-schemas';
import type { Call, CallNews, CallRecording } from '../domain/call.ts';
import { recordCallStatus } from '../events/published.ts';
import { lockCall, type WhichCall } from './lock-call.ts';

/** Which call a vendor speaks of. */
export interface ReportedCall {
  readonly connectionId: string;
  /** Ours, from the callback's address; of a call that was received there is none. */
  readonly callId: string | undefined;
  readonly providerCallId: string;
}

// A call of another connection is not this caller's to report on.
export const whichCall = ({ connectionId, callId, providerCallId }: ReportedCall): WhichCall =>
  callId ? { connectionId, id: callId } : { connectionId, providerCallId };

/** Takes what the vendor says became of a call. Reports come in any order and more than once. */
export async function applyCallStatus(tx: EventTx, report: ReportedCall, news: CallNews): Promise<void> {
  const call = await reported(tx, report);
  if (call?.hear(news)) recordCallStatus(tx, call);
}

/** Keeps what the vendor recorded of a call. */
export async function applyCallRecording(
  tx: EventTx,
  report: ReportedCall,
  recording: CallRecording,
): Promise<void> {
  const call = await reported(tx, report);
  if (!call?.keepRecording(recording)) return;
  const { id: callId, workspaceId, sandbox } = call;
  const { durationSeconds } = recording;
  tx.record(CallRecordedSchema, { callId, durationSeconds, sandbox }, { workspaceId });
}

async function reported(tx: EventTx, report: ReportedCall): Promise<Call | null> {
  const call = await lockCall(tx, whichCall(report));
  if (call) call.providerCallId ??= report.providerCallId;
  return call;
}
