import type { World } from '../world.ts';
import type { TwilioAccount } from './account.ts';
import { twilioSignature } from './signature.ts';

/** Something the application is told, or asked, by a form. */
export interface SignedCallback {
  readonly account: TwilioAccount;
  /** What it is about, for the log of callbacks. */
  readonly kind: string;
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Called once with the body of an answer of 2xx. */
  onBody?(body: string): void;
  /** Called once when there was no such answer. */
  onFailure?(): void;
}

/** Posts a form, signed with the account's token. https://www.twilio.com/docs/usage/webhooks/webhooks-security */
export function sendSigned(world: World, callback: SignedCallback): void {
  const { account, kind, url, parameters } = callback;
  const idempotencyToken = crypto.randomUUID();
  world.callbacks.send({
    vendor: 'twilio',
    account: account.name,
    kind,
    url,
    contentType: 'application/x-www-form-urlencoded; charset=utf-8',
    body: new URLSearchParams(parameters).toString(),
    sign: () => ({
      headers: {
        'x-twilio-signature': twilioSignature(account.authToken, url, parameters),
        // The same in every attempt. https://www.twilio.com/docs/usage/webhooks/webhooks-faq
        'i-twilio-idempotency-token': idempotencyToken,
        'user-agent': 'TwilioProxy/1.1',
      },
      signatureHeader: 'x-twilio-signature',
    }),
    onEnd(answer) {
      if (answer && answer.status < 300) callback.onBody?.(answer.body);
      else callback.onFailure?.();
    },
  });
}
