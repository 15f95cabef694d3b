import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { headers } from '@nats-io/nats-core';
import { type Broker, PLATFORM } from '@switchboard/messaging';
import { SmsQueuedSchema } from '@switchboard/proto-schemas';

/** States an event that no outbox keeps: a crash before this line, and the world never hears. */
export async function publishAfterwards(
  broker: Broker,
  eventId: string,
  payload: MessageInitShape<typeof SmsQueuedSchema>,
): Promise<void> {
  const type = SmsQueuedSchema.typeName;
  const all = headers();
  all.set('ce-id', eventId);
  all.set('ce-type', type);
  all.set('ce-source', broker.user);
  all.set('ce-time', new Date().toISOString());
  await broker.js.publish(
    `${type}.${PLATFORM}`,
    toBinary(SmsQueuedSchema, create(SmsQueuedSchema, payload)),
    {
      msgID: eventId,
      headers: all,
    },
  );
}
