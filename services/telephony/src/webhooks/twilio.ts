import { AppError } from '@switchboard/errors';
import { callbackSecrets } from '@switchboard/providers';
import { defineWebhook, type IncomingWebhook, storableText, type WebhookVendor } from '@switchboard/webhooks';
import { smsStatusOf } from '../providers/twilio/twilio.mapping.ts';
import { isSignedByTwilio } from '../providers/twilio/twilio.signature.ts';
import { applySmsStatus, type SmsStatusReport } from '../use-cases/apply-sms-status.ts';
import { type ReceivedSms, receiveSms } from '../use-cases/receive-sms.ts';

type TwilioCallback =
  | { readonly kind: 'status'; readonly report: SmsStatusReport }
  | { readonly kind: 'received'; readonly sms: ReceivedSms }
  | { readonly kind: 'unknown' };

/**
 * Twilio's callbacks: the status of a message, and messages received. The signature covers the public address
 * and the parameters, and has no time, so a repetition is known by message and status alone
 * (twilio.com/docs/usage/security#validating-requests).
 */
export const twilioWebhook: WebhookVendor<TwilioCallback> = defineWebhook<TwilioCallback>({
  vendor: 'twilio',
  verify(webhook, credential) {
    const parameters = parametersOf(webhook);
    const signature = webhook.headers['x-twilio-signature'] ?? '';
    const authTokens = callbackSecrets(credential, 'authToken');
    if (!isSignedByTwilio(authTokens, signature, webhook.publicUrl, parameters)) {
      throw new AppError('REJECTED', 'Twilio signature does not match');
    }
    return `${parameters.MessageSid ?? ''}:${parameters.MessageStatus ?? parameters.SmsStatus ?? ''}`;
  },
  // TwiML without instructions: Twilio sends no answer of its own.
  accepted: {
    status: 200,
    contentType: 'text/xml',
    body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
  },
  async read(delivery, credential) {
    const parameters = parametersOf(delivery);
    const { MessageSid: providerMessageId, MessageStatus, From, To, Body } = parameters;
    const { connectionId } = credential;
    if (!providerMessageId) return { kind: 'unknown' };
    if (MessageStatus) {
      const smsId = new URL(delivery.publicUrl).searchParams.get('sms') ?? undefined;
      const errorCode = parameters.ErrorCode || undefined;
      const status = smsStatusOf(MessageStatus);
      return { kind: 'status', report: { connectionId, smsId, providerMessageId, status, errorCode } };
    }
    if (From && To && Body !== undefined) {
      const segments = Number(parameters.NumSegments) || 1;
      return {
        kind: 'received',
        sms: { connectionId, providerMessageId, from: From, to: To, body: storableText(Body), segments },
      };
    }
    return { kind: 'unknown' };
  },
  async apply(tx, callback) {
    if (callback.kind === 'status') await applySmsStatus(tx, callback.report);
    if (callback.kind === 'received') await receiveSms(tx, callback.sms);
  },
});

function parametersOf({ body }: Pick<IncomingWebhook, 'body'>): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(Buffer.from(body).toString('utf8')));
}
