import { notFound } from '@switchboard/errors';
import { defineIntent, type Intent } from '@switchboard/intents';
import { isCallOver } from '../domain/call-status.ts';
import { recordCallStatus } from '../events/published.ts';
import type { CallReceipt } from '../providers/phone-provider.ts';
import { atTheVendor, type CallWorkDeps } from './at-the-vendor.ts';
import { lockCall } from './lock-call.ts';
import type { CallPayload } from './place-call.ts';

/** Has the vendor end a call. A second time changes nothing, so it is repeated until the vendor has answered. */
export function hangUp(deps: CallWorkDeps): Intent<CallPayload, CallReceipt> {
  return defineIntent<CallPayload, CallReceipt>({
    kind: 'hang-up',
    repeatable: true,
    act({ callId }, intentCall) {
      return atTheVendor(deps, callId, intentCall, (caller, { providerCallId }, providerCall) =>
        caller.end(providerCallId ?? '', providerCall),
      );
    },
    async settle(tx, { callId }, receipt) {
      const call = await lockCall(tx, { id: callId });
      if (!call) throw notFound('Call');
      if (call.hear({ status: receipt.status })) recordCallStatus(tx, call);
    },
    async fail(tx, { callId }, error) {
      const call = await lockCall(tx, { id: callId });
      if (!call) throw notFound('Call');
      // It was over already: a callback has told how, or will.
      if (error.code === 'CONFLICT' || isCallOver(call.status)) return;
      call.errorCode = error.code;
    },
  });
}
