import type { Broker } from './broker.ts';
import { EphemeralConsumer, type PlacedEvent } from './ephemeral-consumer.ts';

export interface ReadOptions {
  /** Only events of this workspace. */
  readonly workspaceId: string;
  /** Events that reached the stream from then on. */
  readonly since: Date;
  /** Most events to look at. */
  readonly lookAtMax: number;
  /** Which ones to return. Asked for each, in the order of the stream. */
  keep(event: PlacedEvent): boolean;
}

export interface ReadResult {
  /** In the order of the stream. */
  readonly events: readonly PlacedEvent[];
  /** False when `lookAtMax` ended the reading before the end of the stream. */
  readonly complete: boolean;
}

const SILENCE_MS = 5_000;

/**
 * Reads what a workspace's events were from a time on until now, and ends.
 * @throws Error when the broker goes away meanwhile.
 */
export async function readEvents(broker: Broker, options: ReadOptions): Promise<ReadResult> {
  const { workspaceId, since, lookAtMax, keep } = options;
  const events: PlacedEvent[] = [];
  const { promise: ended, resolve, reject } = Promise.withResolvers<boolean>();
  let seen = 0;
  const isOver = () => seen >= lookAtMax;
  let silence: NodeJS.Timeout | undefined;
  const waitOn = () => {
    clearTimeout(silence);
    silence = setTimeout(() => reject(new Error('events: the broker fell silent')), SILENCE_MS);
  };
  const { consumer, waiting } = await EphemeralConsumer.open(
    broker,
    { filter: `evt.*.*.*.${workspaceId}`, start: { from: 'time', time: since } },
    {
      event(record, place, pending) {
        // More may be on the way until the consumer is ended.
        if (isOver()) return;
        waitOn();
        seen += 1;
        if (record && keep({ record, place })) events.push({ record, place });
        if (pending === 0) resolve(true);
        else if (isOver()) resolve(false);
      },
      heartbeat: waitOn,
      broken: () => reject(new Error('events: some were lost on the way')),
    },
  );
  waitOn();
  if (waiting === 0) resolve(true);
  try {
    return { complete: await ended, events };
  } finally {
    clearTimeout(silence);
    consumer.end();
  }
}
