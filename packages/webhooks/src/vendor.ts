import type { IntentCall } from '@switchboard/intents';
import type { EventTx } from '@switchboard/messaging';
import type { Credential } from '@switchboard/providers';
import type { IncomingWebhook, WebhookAnswer, WebhookDelivery } from './delivery.ts';

/** How one vendor calls back. `R` is what the work reads before it is applied. */
export interface WebhookVendor<R> {
  /** As in the path `/webhooks/<vendor>/<connection>`. */
  readonly vendor: string;
  /**
   * Checks the signature over the raw bytes; may fetch the vendor's public key, which takes a moment at most.
   * @returns a key that is the same when the vendor repeats the callback.
   * @throws AppError REJECTED when it is not the vendor's, or too old, or from the future; UNAVAILABLE
   * while the key cannot be had, so that the vendor comes again.
   */
  verify(webhook: IncomingWebhook, credential: Credential): string | Promise<string>;
  /** An answer that is needed at once instead of storing, such as a challenge. Called after `verify`. */
  answerNow?(webhook: IncomingWebhook, credential: Credential): WebhookAnswer | undefined;
  /**
   * What the vendor hears once the callback is stored; `204` without a body by default. One that asks what to do is
   * answered by a function, which is called before anything is stored, and may look into the database.
   */
  readonly accepted?: WebhookAnswer | ((webhook: IncomingWebhook) => WebhookAnswer | Promise<WebhookAnswer>);
  /** Reads what is needed, outside of any transaction; may ask the vendor. */
  read(delivery: WebhookDelivery, credential: Credential, call: IntentCall): Promise<R>;
  /** Changes our state by it; called once per callback. Must stand any order and any repetition. */
  apply(tx: EventTx, read: R, credential: Credential): Promise<void>;
}

export type AnyWebhookVendor = WebhookVendor<unknown>;

export function defineWebhook<R>(vendor: WebhookVendor<R>): WebhookVendor<R> {
  return vendor;
}
