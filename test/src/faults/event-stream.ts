import { type Broker, type EventRecord, fromMessage } from '@switchboard/messaging';

const STREAM = 'EVT';
const FETCH_EXPIRES_MS = 2_000;

/**
 * Reads every event the stream holds, oldest first.
 * @param provisioner the one user who may make a consumer for the purpose.
 */
export async function readStream(provisioner: Broker): Promise<EventRecord[]> {
  const consumer = await provisioner.js.consumers.get(STREAM);
  const { num_pending: total } = await consumer.info();
  const events: EventRecord[] = [];
  while (events.length < total) {
    const messages = await consumer.fetch({
      max_messages: Math.min(500, total - events.length),
      expires: FETCH_EXPIRES_MS,
    });
    let received = 0;
    for await (const message of messages) {
      events.push(fromMessage(message.subject, message.headers, message.data));
      received += 1;
    }
    if (received === 0) throw new Error(`the stream gave ${events.length} of ${total} events`);
  }
  await consumer.delete();
  return events;
}
