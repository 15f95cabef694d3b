import { notFound, ProviderError } from '@switchboard/errors';
import { defineIntent, type Intent } from '@switchboard/intents';
import type { CredentialLender, ProviderRegistry } from '@switchboard/providers';
import { requireRole } from '@switchboard/providers';
import { type Database, SYSTEM } from '@switchboard/storage';
import { Sms } from '../domain/sms.ts';
import { recordSmsStatus } from '../events/published.ts';
import type { PhoneProvider, SmsReceipt } from '../providers/phone-provider.ts';
import { callbackUrl } from './callback-url.ts';
import { lockSms } from './lock-sms.ts';

export interface DeliverSmsPayload {
  readonly smsId: string;
}

/** Hands a recorded message to the vendor. Twilio has no idempotency keys: it is never tried twice. */
export function deliverSms(deps: {
  database: Database;
  lender: CredentialLender;
  providers: ProviderRegistry<PhoneProvider>;
  publicUrl: string;
}): Intent<DeliverSmsPayload, SmsReceipt> {
  return defineIntent<DeliverSmsPayload, SmsReceipt>({
    kind: 'deliver-sms',
    repeatable: false,
    async act({ smsId }, { intentId, signal }) {
      const sms = await deps.database.read(SYSTEM, (em) => em.findOneOrFail(Sms, { id: smsId }));
      const request = {
        vendor: 'twilio',
        workspaceId: sms.workspaceId,
        userId: sms.userId,
        connectionId: sms.connectionId,
        mode: 'live',
      } as const;
      const sender = requireRole(deps.providers.get('twilio'), 'sender');
      const outgoing = {
        from: sms.from,
        to: sms.to,
        body: sms.body,
        statusCallbackUrl: callbackUrl(deps.publicUrl, sms.connectionId, { sms: sms.id }),
      };
      return deps.lender.use(request, (credential) =>
        sender.send(outgoing, { credential, idempotencyKey: intentId, signal }),
      );
    },
    async settle(tx, { smsId }, receipt) {
      const sms = await lockSms(tx, { id: smsId });
      if (!sms) throw notFound('SMS');
      sms.providerMessageId = receipt.providerMessageId;
      sms.segments = receipt.segments;
      // A callback may have been faster than the answer; then this changes nothing.
      if (sms.advance(receipt.status)) recordSmsStatus(tx, sms);
    },
    async fail(tx, { smsId }, error) {
      const sms = await lockSms(tx, { id: smsId });
      if (!sms) throw notFound('SMS');
      const vendorCode = error instanceof ProviderError ? error.vendor.vendorCode : undefined;
      const status = error.code === 'OUTCOME_UNKNOWN' ? 'OUTCOME_UNKNOWN' : 'FAILED';
      if (sms.advance(status, vendorCode ?? error.code)) recordSmsStatus(tx, sms);
    },
  });
}
