import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { headers } from '@nats-io/nats-core';
import type { Broker } from '@switchboard/messaging';

/** Something that another service states. */
export interface Fact<D extends DescMessage> {
  readonly eventId: string;
  readonly schema: D;
  readonly payload: MessageInitShape<D>;
  readonly workspaceId: string;
}

/**
 * States a fact as the service that owns it; stated again, the stream keeps it once.
 * @param broker connected as the owner.
 */
export async function stateFact<D extends DescMessage>(broker: Broker, fact: Fact<D>): Promise<void> {
  const { eventId, schema, payload, workspaceId } = fact;
  const all = headers();
  all.set('ce-id', eventId);
  all.set('ce-type', schema.typeName);
  all.set('ce-source', broker.user);
  all.set('ce-time', new Date().toISOString());
  all.set('sb-correlation-id', eventId);
  all.set('sb-causation-id', eventId);
  all.set('sb-actor', '{"kind":"system"}');
  const bytes = toBinary(schema, create(schema, payload));
  await broker.js.publish(`${schema.typeName}.${workspaceId}`, bytes, { msgID: eventId, headers: all });
}
