import type { DescMessage } from '@bufbuild/protobuf';
import type { Logger } from '@switchboard/observability';
import type { Broker } from './broker.ts';
import { decode, type Event, fromMessage } from './event.ts';

/**
 * Follows a kind of event as it passes, without a durable consumer: what happens while the process is away is
 * not seen. For caches that must drop something soon; never for state.
 * @returns a function that stops following.
 */
export function watchEvent<D extends DescMessage>(
  broker: Broker,
  schema: D,
  onEvent: (event: Event<D>) => void,
  logger: Logger,
): () => void {
  const subscription = broker.connection.subscribe(`${schema.typeName}.>`, {
    callback(error, message) {
      try {
        if (error) throw error;
        onEvent(decode(fromMessage(message.subject, message.headers, message.data), schema));
      } catch (err) {
        logger.warn({ err, type: schema.typeName }, 'watched event not handled');
      }
    },
  });
  return () => subscription.unsubscribe();
}
