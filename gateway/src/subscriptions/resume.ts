import { idTime, isId } from '@switchboard/ids';
import type { ReadOptions, ReadResult } from '@switchboard/messaging';
import { StreamedEvent } from './streamed-event.ts';
import type { Turnstile } from './turnstile.ts';

/** What was found behind the event a client saw last. */
export type Resumed =
  | { readonly found: true; readonly events: readonly StreamedEvent[] }
  /** It is too long ago, or too much happened since. */
  | { readonly found: false };

/** Reads events back from the stream. @throws when the broker is away. */
export type ReadEvents = (options: ReadOptions) => Promise<ReadResult>;

const NOT_FOUND: Resumed = { found: false };
/** For how long the stream keeps events. */
const KEPT_MS = 48 * 3_600_000;
/** An id is made a moment before its event reaches the stream, on a machine whose clock may be ahead. */
const EARLIER_MS = 5_000;
const LOOK_AT_MAX = 10_000;
const EVENTS_MAX = 1_000;

/**
 * Finds what followed an event in a workspace's stream, in order: everything behind the place where the event stands,
 * whenever it was published.
 * @param wanted which events the client cares for, so that no others are kept.
 */
export async function readBehind(
  read: ReadEvents,
  turnstile: Turnstile,
  request: {
    readonly eventId: string;
    readonly workspaceId: string;
    readonly wanted: (event: StreamedEvent) => boolean;
  },
): Promise<Resumed> {
  const { eventId, workspaceId, wanted } = request;
  const happenedAt = isId('evt', eventId) ? idTime(eventId) : undefined;
  if (happenedAt === undefined || happenedAt < Date.now() - KEPT_MS) return NOT_FOUND;
  let found = false;
  const events: StreamedEvent[] = [];
  const { complete } = await turnstile.pass(() =>
    read({
      workspaceId,
      since: new Date(happenedAt - EARLIER_MS),
      lookAtMax: LOOK_AT_MAX,
      keep(placed) {
        if (found && events.length <= EVENTS_MAX) {
          const event = new StreamedEvent(placed);
          if (wanted(event)) events.push(event);
        }
        found ||= placed.record.id === eventId;
        return false;
      },
    }),
  );
  return found && complete && events.length <= EVENTS_MAX ? { found, events } : NOT_FOUND;
}
