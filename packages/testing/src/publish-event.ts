import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { headers } from '@nats-io/transport-node';
import { newId } from '@switchboard/ids';
import type { Broker } from '@switchboard/messaging';

/** What travels with a published event. */
export interface PublishedEvent {
  readonly id?: string;
  readonly workspaceId: string;
  readonly occurredAt?: Date;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly operation?: string;
  readonly actor?: object;
  /** How often the stream gets it; once by default. */
  readonly copies?: number;
}

/** Publishes an event as its service's relay does, without that service. @returns the event's id. */
export async function publishEvent<D extends DescMessage>(
  broker: Broker,
  schema: D,
  payload: MessageInitShape<D>,
  published: PublishedEvent,
): Promise<string> {
  const bytes = toBinary(schema, create(schema, payload));
  return publishEventBytes(broker, schema.typeName, bytes, published);
}

/** As `publishEvent`, for an event of any type and bytes. */
export async function publishEventBytes(
  broker: Broker,
  type: string,
  bytes: Uint8Array,
  published: PublishedEvent,
): Promise<string> {
  const { id = newId('evt'), correlationId = newId('req'), operation, copies = 1 } = published;
  const all = headers();
  all.set('ce-specversion', '1.0');
  all.set('ce-id', id);
  all.set('ce-type', type);
  all.set('ce-source', type.split('.')[1] ?? '');
  all.set('ce-time', (published.occurredAt ?? new Date()).toISOString());
  all.set('sb-correlation-id', correlationId);
  all.set('sb-causation-id', published.causationId ?? correlationId);
  all.set('sb-actor', JSON.stringify(published.actor ?? { kind: 'system' }));
  if (operation) all.set('sb-operation', operation);
  for (let copy = 0; copy < copies; copy += 1) {
    // Another message id each time, or the stream itself would drop the copies.
    const options = { headers: all, ...(copies > 1 && { msgID: `${id}-${copy}` }) };
    await broker.js.publish(`${type}.${published.workspaceId}`, bytes, options);
  }
  return id;
}
