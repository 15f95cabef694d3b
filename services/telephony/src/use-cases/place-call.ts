import { notFound, ProviderError } from '@switchboard/errors';
import { defineIntent, type Intent } from '@switchboard/intents';
import type { Call } from '../domain/call.ts';
import { recordCallStatus } from '../events/published.ts';
import type { CallInstructions, CallReceipt } from '../providers/phone-provider.ts';
import { atTheVendor, type CallWorkDeps } from './at-the-vendor.ts';
import { callbackUrl } from './callback-url.ts';
import { lockCall } from './lock-call.ts';

export interface CallPayload {
  readonly callId: string;
}

/** Has the vendor place a recorded call. Twilio has no idempotency keys: it is never tried twice. */
export function placeCall(deps: CallWorkDeps): Intent<CallPayload, CallReceipt> {
  return defineIntent<CallPayload, CallReceipt>({
    kind: 'place-call',
    repeatable: false,
    act({ callId }, intentCall) {
      const addressFor = (connectionId: string, on: 'call-status' | 'recording') =>
        callbackUrl(deps.publicUrl, connectionId, { on, call: callId });
      return atTheVendor(deps, callId, intentCall, (caller, recorded, providerCall) =>
        caller.place(
          {
            from: recorded.from,
            to: recorded.to,
            instructions: instructionsOf(recorded),
            isRecorded: recorded.isRecorded,
            statusUrl: addressFor(recorded.connectionId, 'call-status'),
            recordingUrl: addressFor(recorded.connectionId, 'recording'),
          },
          providerCall,
        ),
      );
    },
    async settle(tx, { callId }, receipt) {
      const call = await lockCall(tx, { id: callId });
      if (!call) throw notFound('Call');
      call.providerCallId = receipt.providerCallId;
      // A callback may have been faster than the answer; then this changes nothing.
      if (call.hear({ status: receipt.status })) recordCallStatus(tx, call);
    },
    async fail(tx, { callId }, error) {
      const call = await lockCall(tx, { id: callId });
      if (!call) throw notFound('Call');
      const vendorCode = error instanceof ProviderError ? error.vendor.vendorCode : undefined;
      const status = error.code === 'OUTCOME_UNKNOWN' ? 'OUTCOME_UNKNOWN' : 'FAILED';
      if (call.hear({ status, errorCode: vendorCode ?? error.code })) recordCallStatus(tx, call);
    },
  });
}

function instructionsOf({ id, say, language, connectTo }: Call): CallInstructions {
  if (connectTo !== null) return { kind: 'connect', to: connectTo };
  if (say === null) throw new Error(`call ${id} has nothing to do once it is answered`);
  return { kind: 'say', text: say, language: language ?? undefined };
}
