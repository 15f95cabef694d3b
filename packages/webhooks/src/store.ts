import { createHash } from 'node:crypto';
import { failpoint } from '@switchboard/failpoints';
import { newId } from '@switchboard/ids';
import { type Intent, planIntent } from '@switchboard/intents';
import { PLATFORM, type UnitOfWork } from '@switchboard/messaging';
import { type Database, SYSTEM, type Tx } from '@switchboard/storage';
import type { IncomingWebhook, WebhookDelivery } from './delivery.ts';

/** The payload of the intent that works on a stored callback. */
export interface ProcessPayload {
  readonly deliveryId: string;
}

/**
 * Stores a callback and plans its work in one transaction; a repeated one changes nothing.
 * @param key what the vendor repeats; `undefined` while nobody could verify it.
 * @returns the intent to run, if this was the first time.
 */
export async function storeDelivery(
  unitOfWork: UnitOfWork,
  vendor: string,
  webhook: IncomingWebhook,
  key: string | undefined,
  work: Intent<ProcessPayload, unknown>,
): Promise<string | undefined> {
  const id = newId('whd');
  const intentId = await unitOfWork.run(SYSTEM, async (tx) => {
    const rows = await tx.em.execute<unknown[]>(
      `insert into webhook_deliveries
         (id, vendor, connection_id, delivery_key, verified, method, public_url, headers, body, received_at)
       values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)
       on conflict (vendor, connection_id, delivery_key) do nothing returning id`,
      [
        id,
        vendor,
        webhook.connectionId,
        key ?? `unverified:${digest(webhook)}`,
        key !== undefined,
        webhook.method,
        webhook.publicUrl,
        JSON.stringify(webhook.headers),
        Buffer.from(webhook.body),
        webhook.receivedAt,
      ],
    );
    const planned =
      rows.length === 1
        ? await planIntent(tx, work, { deliveryId: id }, { workspaceId: PLATFORM })
        : undefined;
    failpoint('webhook.before-commit');
    return planned;
  });
  failpoint('webhook.after-commit');
  return intentId;
}

function digest({ body, publicUrl, headers }: IncomingWebhook): string {
  return createHash('sha256').update(publicUrl).update(JSON.stringify(headers)).update(body).digest('hex');
}

interface Row {
  id: string;
  connection_id: string;
  verified: boolean;
  method: string;
  public_url: string;
  headers: Record<string, string> | string;
  body: Uint8Array;
  received_at: string | Date;
}

export async function loadDelivery(
  database: Database,
  id: string,
): Promise<(WebhookDelivery & { verified: boolean }) | undefined> {
  const [row] = await database.statement<Row>('select * from webhook_deliveries where id = ?', [id]);
  return (
    row && {
      id: row.id,
      connectionId: row.connection_id,
      verified: row.verified,
      method: row.method,
      publicUrl: row.public_url,
      headers: typeof row.headers === 'string' ? JSON.parse(row.headers) : row.headers,
      body: new Uint8Array(row.body),
      receivedAt: new Date(row.received_at),
    }
  );
}

/**
 * Gives a callback that was stored unverified its real key.
 * @returns false when the same callback is already here, so that this one must not be applied.
 */
export async function confirmDelivery({ em }: Tx, id: string, key: string): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `update webhook_deliveries d set verified = true, delivery_key = ?
     where id = ? and not exists (
       select from webhook_deliveries other
       where other.vendor = d.vendor and other.connection_id = d.connection_id and other.delivery_key = ? and other.id <> d.id)
     returning id`,
    [key, id, key],
  );
  return rows.length === 1;
}

export async function endDelivery({ em }: Tx, id: string, state: 'APPLIED' | 'REFUSED'): Promise<void> {
  await em.execute('update webhook_deliveries set state = ? where id = ?', [state, id], 'run');
}
