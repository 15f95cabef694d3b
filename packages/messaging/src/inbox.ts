import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { failpoint } from '@switchboard/failpoints';
import { defineTiming, inSpan, resumeTrace, withTrace } from '@switchboard/observability';
import { SYSTEM, type Tx } from '@switchboard/storage';
import { decode, type EventRecord } from './event.ts';
import type { Handler } from './handler.ts';
import type { EventTx, UnitOfWork } from './outbox.ts';

const handlings = defineTiming(
  'switchboard_event_handling_seconds',
  'How long handlers of events took, without the commit.',
  ['handler'],
);

/** One event on its way to one handler. */
export interface Delivery {
  readonly record: EventRecord;
  readonly handler: Handler;
}

/**
 * Handles deliveries in one transaction: the claims `(handler, eventId)` and the effects commit together, so an
 * event delivered twice has one effect. All or nothing.
 * @throws the first failure of a handler, after rolling everything back.
 */
export async function handleAll(unitOfWork: UnitOfWork, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await unitOfWork.run(SYSTEM, async (tx) => {
    const claimed = await claim(tx, deliveries);
    for (const delivery of deliveries) {
      if (claimed.delete(keyOf(delivery))) await handleOne(delivery, tx);
    }
    await tx.em.flush();
    failpoint('handler.before-commit');
  });
  failpoint('handler.after-commit');
}

function handleOne({ record, handler }: Delivery, tx: EventTx): Promise<void> {
  // Whatever the handler records was caused by this event.
  const trace = resumeTrace({ ...record.trace, causationId: record.id });
  const event =
    handler.event === 'every'
      ? // A handler of every event reads the bytes; there is no one message to decode them as.
        { ...decode({ ...record, bytes: new Uint8Array() }, EmptySchema), bytes: record.bytes }
      : decode(record, handler.event);
  const { name } = handler;
  const attributes = { 'messaging.message.id': record.id, 'messaging.destination.name': record.type };
  return withTrace(trace, () =>
    handlings.of({ handler: name }, () =>
      inSpan(`handle ${name}`, 'consumer', attributes, () => handler.handle(event, tx)),
    ),
  );
}

/** Inserts the claims that do not exist yet, in one statement: one by one gives under 1,000 events a second. */
async function claim(tx: Tx, deliveries: readonly Delivery[]): Promise<Set<string>> {
  const values = deliveries.map(() => '(?, ?)').join(', ');
  const rows = await tx.em.execute<{ handler: string; event_id: string }[]>(
    `insert into inbox (handler, event_id) values ${values} on conflict do nothing returning handler, event_id`,
    deliveries.flatMap(({ handler, record }) => [handler.name, record.id]),
  );
  return new Set(rows.map((row) => `${row.handler}\n${row.event_id}`));
}

function keyOf({ handler, record }: Delivery): string {
  return `${handler.name}\n${record.id}`;
}
