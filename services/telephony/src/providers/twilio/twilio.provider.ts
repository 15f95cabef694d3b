import { ProviderError } from '@switchboard/errors';
import { type ProviderCall, reveal } from '@switchboard/providers';
import type { PhoneProvider } from '../phone-provider.ts';
import { twilioClient } from './twilio.client.ts';
import { toProviderError } from './twilio.errors.ts';
import { callStatusOf, smsStatusOf } from './twilio.mapping.ts';
import { instructionsTwiml } from './twilio.twiml.ts';

type Roles = 'sender' | 'caller' | 'numbers' | 'checker';

/** Twilio by its own SDK. */
export const twilioProvider: PhoneProvider & Required<Pick<PhoneProvider, Roles>> = {
  id: 'twilio',
  sender: {
    async send(sms, call) {
      const message = await attempt('messages.create', call, { acts: true }, () =>
        twilioClient(call.credential).messages.create({
          from: sms.from,
          to: sms.to,
          body: sms.body,
          ...(sms.statusCallbackUrl !== undefined && { statusCallback: sms.statusCallbackUrl }),
        }),
      );
      return {
        providerMessageId: message.sid,
        status: smsStatusOf(message.status),
        segments: Number(message.numSegments) || 1,
      };
    },
  },
  caller: {
    async place(outgoing, call) {
      const placed = await attempt('calls.create', call, { acts: true }, () =>
        twilioClient(call.credential).calls.create({
          from: outgoing.from,
          to: outgoing.to,
          twiml: instructionsTwiml(outgoing),
          statusCallback: outgoing.statusUrl,
          statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
          ...(outgoing.isRecorded && { record: true, recordingStatusCallback: outgoing.recordingUrl }),
        }),
      );
      return { providerCallId: placed.sid, status: callStatusOf(placed.status) };
    },
    async end(providerCallId, call) {
      // A second time it is refused, so a lost answer is no unknown outcome. `completed` ends a call that rings as
      // well, where `canceled` would miss one that is answered meanwhile.
      const ended = await attempt('calls.update', call, { acts: false }, () =>
        twilioClient(call.credential).calls(providerCallId).update({ status: 'completed' }),
      );
      return { providerCallId, status: callStatusOf(ended.status) };
    },
  },
  numbers: {
    async list(call) {
      const numbers = await attempt('incomingPhoneNumbers.list', call, { acts: false }, () =>
        twilioClient(call.credential).incomingPhoneNumbers.list({ limit: 1_000 }),
      );
      return numbers.map((number) => ({
        providerNumberId: number.sid,
        phoneNumber: number.phoneNumber,
        name: number.friendlyName,
        sms: number.capabilities.sms,
        voice: number.capabilities.voice,
      }));
    },
    async receiveAt(providerNumberId, { textsUrl, calls }, call) {
      await attempt('incomingPhoneNumbers.update', call, { acts: false }, () =>
        twilioClient(call.credential)
          .incomingPhoneNumbers(providerNumberId)
          .update({
            smsUrl: textsUrl,
            smsMethod: 'POST',
            ...(calls && {
              voiceUrl: calls.incomingUrl,
              voiceMethod: 'POST',
              statusCallback: calls.statusUrl,
              statusCallbackMethod: 'POST',
            }),
          }),
      );
    },
  },
  checker: {
    async check(call) {
      const operation = 'accounts.fetch';
      const { status } = await attempt(operation, call, { acts: false }, () =>
        twilioClient(call.credential).api.v2010.accounts(reveal(call.credential, 'accountSid')).fetch(),
      );
      // An account that is suspended or closed is still shown, and does nothing else.
      if (status !== 'active') {
        throw new ProviderError('RECONNECT_REQUIRED', { vendor: 'twilio', operation, vendorCode: status });
      }
    },
  },
};

async function attempt<T>(
  operation: string,
  { signal }: ProviderCall,
  effect: { acts: boolean },
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (thrown) {
    throw toProviderError(operation, thrown, effect);
  }
}
