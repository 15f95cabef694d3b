import { AppError, notFound } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { type Intent, planIntent } from '@switchboard/intents';
import type { UnitOfWork } from '@switchboard/messaging';
import { CallEndRequestedSchema } from '@switchboard/proto-schemas';
import { Call } from '../domain/call.ts';
import { isCallOver } from '../domain/call-status.ts';
import type { CallReceipt } from '../providers/phone-provider.ts';
import { lockCall } from './lock-call.ts';
import type { CallPayload } from './place-call.ts';

/** Ends a call, whoever began it. One that is over stays as it is, so that it needs no idempotency key. */
export class EndCall {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly hangUp: Intent<CallPayload, CallReceipt>,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /**
   * @returns the call as it stands when the vendor answered, or after 2 s.
   * @throws AppError NOT_FOUND; REJECTED while the vendor has not confirmed the call, or when it does not end it.
   */
  async execute(actor: WorkspaceActor, callId: string): Promise<Call> {
    const intentId = await this.unitOfWork.run(actor, async (tx) => {
      const call = await lockCall(tx, { id: callId });
      if (!call) throw notFound('Call');
      if (isCallOver(call.status)) return undefined;
      if (call.providerCallId === null) throw notConfirmed();
      call.errorCode = null;
      const causedBy = tx.record(CallEndRequestedSchema, { callId, sandbox: call.sandbox });
      await tx.em.flush();
      return planIntent(tx, this.hangUp, { callId }, { causedBy });
    });
    if (intentId) await this.runIntent(intentId);
    const call = await this.unitOfWork.database.read(actor, (em) => em.findOne(Call, { id: callId }));
    if (!call) throw notFound('Call');
    if (intentId && !isCallOver(call.status) && call.errorCode) throw refusal(call);
    return call;
  }
}

function notConfirmed(): AppError {
  return new AppError('REJECTED', 'the vendor has not said that it has the call', {
    publicMessage: 'The vendor has not confirmed the call yet.',
    details: { code: 'CALL_NOT_CONFIRMED' },
  });
}

function refusal({ errorCode, connectionId }: Call): AppError {
  if (errorCode === 'RECONNECT_REQUIRED') {
    return new AppError('RECONNECT_REQUIRED', 'the vendor refused the credential of a hang-up', {
      publicMessage: 'The vendor no longer accepts the connection. Reconnect it.',
      details: { connectionId },
    });
  }
  return new AppError('REJECTED', `the vendor did not end a call: ${errorCode}`, {
    publicMessage: 'The vendor did not end the call.',
    details: { code: 'CALL_END_REFUSED' },
  });
}
