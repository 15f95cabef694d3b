import { AppError } from '@switchboard/errors';
import { callbackSecrets } from '@switchboard/providers';
import type { Database } from '@switchboard/storage';
import {
  defineWebhook,
  type IncomingWebhook,
  storableText,
  type WebhookAnswer,
  type WebhookVendor,
} from '@switchboard/webhooks';
import { smsStatusOf } from '../providers/twilio/twilio.mapping.ts';
import { isSignedByTwilio } from '../providers/twilio/twilio.signature.ts';
import { applySmsStatus, type SmsStatusReport } from '../use-cases/apply-sms-status.ts';
import { type ReceivedSms, receiveSms } from '../use-cases/receive-sms.ts';
import {
  applyCallCallback,
  type CallCallback,
  callAnswer,
  callDeliveryKey,
  callOccasion,
  readCallCallback,
} from './twilio-calls.ts';

type TwilioCallback =
  | { readonly kind: 'status'; readonly report: SmsStatusReport }
  | { readonly kind: 'received'; readonly sms: ReceivedSms }
  | { readonly kind: 'call'; readonly call: CallCallback }
  | { readonly kind: 'unknown' };

// TwiML without instructions: Twilio sends no answer of its own.
const NO_INSTRUCTIONS = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

/**
 * Twilio's callbacks: the status of a message, messages received, and all about calls (`twilio-calls.ts`). The signature
 * covers the public address and the parameters, and has no time, so a repetition is known by message and status alone
 * (twilio.com/docs/usage/security#validating-requests).
 */
export function twilioWebhook(database: Database): WebhookVendor<TwilioCallback> {
  return defineWebhook<TwilioCallback>({
    vendor: 'twilio',
    verify(webhook, credential) {
      const parameters = parametersOf(webhook);
      const signature = webhook.headers['x-twilio-signature'] ?? '';
      const authTokens = callbackSecrets(credential, 'authToken');
      if (!isSignedByTwilio(authTokens, signature, webhook.publicUrl, parameters)) {
        throw new AppError('REJECTED', 'Twilio signature does not match');
      }
      const on = callOccasion(webhook.publicUrl);
      if (on) return callDeliveryKey(on, parameters);
      return `${parameters.MessageSid ?? ''}:${parameters.MessageStatus ?? parameters.SmsStatus ?? ''}`;
    },
    async accepted(webhook): Promise<WebhookAnswer> {
      const on = callOccasion(webhook.publicUrl);
      const twiml = on && (await callAnswer(database, on, webhook));
      return { status: 200, contentType: 'text/xml', body: twiml ?? NO_INSTRUCTIONS };
    },
    async read(delivery, credential) {
      const parameters = parametersOf(delivery);
      const { connectionId } = credential;
      const on = callOccasion(delivery.publicUrl);
      if (!on) return readSmsCallback(delivery.publicUrl, connectionId, parameters);
      const call = await readCallCallback(database, on, delivery, connectionId, parameters);
      return call ? { kind: 'call', call } : { kind: 'unknown' };
    },
    async apply(tx, callback) {
      if (callback.kind === 'status') await applySmsStatus(tx, callback.report);
      if (callback.kind === 'received') await receiveSms(tx, callback.sms);
      if (callback.kind === 'call') await applyCallCallback(tx, callback.call);
    },
  });
}

function readSmsCallback(
  publicUrl: string,
  connectionId: string,
  parameters: Readonly<Record<string, string>>,
): TwilioCallback {
  const { MessageSid: providerMessageId, MessageStatus, From, To, Body } = parameters;
  if (!providerMessageId) return { kind: 'unknown' };
  if (MessageStatus) {
    const smsId = new URL(publicUrl).searchParams.get('sms') ?? undefined;
    const errorCode = parameters.ErrorCode || undefined;
    const status = smsStatusOf(MessageStatus);
    return { kind: 'status', report: { connectionId, smsId, providerMessageId, status, errorCode } };
  }
  if (From && To && Body !== undefined) {
    const segments = Number(parameters.NumSegments) || 1;
    const sms = { connectionId, providerMessageId, from: From, to: To, body: storableText(Body), segments };
    return { kind: 'received', sms };
  }
  return { kind: 'unknown' };
}

function parametersOf({ body }: Pick<IncomingWebhook, 'body'>): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(Buffer.from(body).toString('utf8')));
}
