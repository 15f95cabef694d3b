import type { DescMessage } from '@bufbuild/protobuf';
import type { Event } from './event.ts';
import type { EventTx } from './outbox.ts';

/** What a service does when a fact arrives. */
export interface Handler {
  /** Key of its inbox rows. Renaming it would handle every event of the last days again. */
  readonly name: string;
  /** The message it wants, or `every` for all of them. */
  readonly event: DescMessage | 'every';
  readonly handle: (event: Event, tx: EventTx) => Promise<void>;
}

/**
 * Declares a handler. It writes this service's database through `tx` and nothing else: vendor work becomes an
 * intent row. It does not acknowledge, retry or log failures; the runtime does.
 */
export function defineHandler<D extends DescMessage>(definition: {
  readonly name: string;
  readonly event: D;
  readonly handle: (event: Event<D>, tx: EventTx) => Promise<void>;
}): Handler;
export function defineHandler(definition: {
  readonly name: string;
  readonly event: 'every';
  readonly handle: (event: Event, tx: EventTx) => Promise<void>;
}): Handler;
export function defineHandler(definition: Handler): Handler {
  return definition;
}
