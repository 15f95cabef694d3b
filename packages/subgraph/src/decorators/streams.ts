import { Extensions, Subscription } from 'type-graphql';
import type { EventDescription } from './event-description.ts';
import { EXTENSION, type StreamFact } from './metadata.ts';

export interface StreamOptions {
  /** The events that give a new value; `every` for all of the workspace. */
  readonly on: readonly [EventDescription, ...EventDescription[]] | 'every';
  /**
   * The field of these events that holds the node's id. Without it the node was made from the event itself, and its
   * id is the event's with the node's own prefix.
   */
  readonly id?: string;
  readonly description: string;
}

/**
 * A subscription to nodes that events speak of: `@Streams(() => Sms, { on: [SmsReceivedSchema], id: 'smsId', … })`.
 * The gateway runs it and fetches what the client selected through the graph; the method is never called. An
 * argument `id` narrows it to one node, any other argument to events whose field of that name has its value.
 * @param type a class with `@NodePrefix`.
 */
export function Streams(type: () => object, { on, id, description }: StreamOptions): MethodDecorator {
  const fact: StreamFact = {
    events: on === 'every' ? ['*'] : on.map(({ typeName }) => typeName),
    id,
    fieldsOfEvents: on === 'every' ? [] : on.map(({ field }) => Object.keys(field)),
  };
  const subscription = Subscription(type as () => never, { nullable: true, description, subscribe: refuse });
  const extensions = Extensions({ [EXTENSION.stream]: fact });
  return (target, property, descriptor) => {
    subscription(target, property, descriptor as PropertyDescriptor);
    extensions(target, property, descriptor as PropertyDescriptor);
  };
}

function refuse(): never {
  throw new Error('Subscriptions are run by the gateway');
}
