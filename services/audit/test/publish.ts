import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { headers } from '@nats-io/nats-core';
import { newId } from '@switchboard/ids';
import type { Broker } from '@switchboard/messaging';

/** What travels with a published event. */
export interface Published {
  readonly id?: string;
  readonly workspaceId: string;
  readonly occurredAt?: Date;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly operation?: string;
  readonly actor?: object;
}

/** Publishes an event as its service's relay does. @returns the event's id. */
export async function publish<D extends DescMessage>(
  broker: Broker,
  schema: D,
  payload: MessageInitShape<D>,
  published: Published,
): Promise<string> {
  const bytes = toBinary(schema, create(schema, payload));
  return publishBytes(broker, schema.typeName, bytes, published);
}

/** As `publish`, for an event of any type and bytes. */
export async function publishBytes(
  broker: Broker,
  type: string,
  bytes: Uint8Array,
  published: Published,
): Promise<string> {
  const { id = newId('evt'), correlationId = newId('req'), operation } = published;
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
  await broker.js.publish(`${type}.${published.workspaceId}`, bytes, { headers: all });
  return id;
}
