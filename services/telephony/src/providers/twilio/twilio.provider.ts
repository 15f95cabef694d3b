import { ProviderError } from '@switchboard/errors';
import { type ProviderCall, reveal } from '@switchboard/providers';
import type { PhoneProvider } from '../phone-provider.ts';
import { twilioClient } from './twilio.client.ts';
import { toProviderError } from './twilio.errors.ts';
import { smsStatusOf } from './twilio.mapping.ts';

/** Twilio by its own SDK. */
export const twilioProvider: PhoneProvider & Required<Pick<PhoneProvider, 'sender' | 'numbers' | 'checker'>> =
  {
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
      async receiveAt(providerNumberId, webhookUrl, call) {
        await attempt('incomingPhoneNumbers.update', call, { acts: false }, () =>
          twilioClient(call.credential)
            .incomingPhoneNumbers(providerNumberId)
            .update({ smsUrl: webhookUrl, smsMethod: 'POST' }),
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
