import { AppError } from '@switchboard/errors';
import { defineIntent, type Intent } from '@switchboard/intents';
import type { Credential } from '@switchboard/providers';
import type { Database } from '@switchboard/storage';
import { confirmDelivery, endDelivery, loadDelivery, type ProcessPayload } from './store.ts';
import type { WebhookVendor } from './vendor.ts';

/** Finds the secrets of the connection a callback names. @throws AppError NOT_FOUND or UNAVAILABLE. */
export type FindCredential = (vendor: string, connectionId: string) => Promise<Credential>;

interface Processed<R> {
  /** Set when the callback was stored unverified and has been verified now. */
  readonly confirmedKey: string | undefined;
  readonly credential: Credential;
  readonly read: R;
}

/** The work on a stored callback: verify it if nobody could, read, apply. Reading twice is harmless. */
export function processIntent<R>(
  vendor: WebhookVendor<R>,
  database: Database,
  findCredential: FindCredential,
): Intent<ProcessPayload, Processed<R>> {
  return defineIntent<ProcessPayload, Processed<R>>({
    kind: `webhook-${vendor.vendor}`,
    repeatable: true,
    act: async ({ deliveryId }, call) => {
      const delivery = await loadDelivery(database, deliveryId);
      if (!delivery) throw new AppError('NOT_FOUND', `webhook delivery ${deliveryId} is gone`);
      const credential = await findCredential(vendor.vendor, delivery.connectionId);
      const confirmedKey = delivery.verified ? undefined : await vendor.verify(delivery, credential);
      return { confirmedKey, credential, read: await vendor.read(delivery, credential, call) };
    },
    settle: async (tx, { deliveryId }, { confirmedKey, credential, read }) => {
      if (confirmedKey !== undefined && !(await confirmDelivery(tx, deliveryId, confirmedKey))) {
        return endDelivery(tx, deliveryId, 'REFUSED');
      }
      await vendor.apply(tx, read, credential);
      await endDelivery(tx, deliveryId, 'APPLIED');
    },
    fail: (tx, { deliveryId }) => endDelivery(tx, deliveryId, 'REFUSED'),
  });
}
