import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { headers, type MsgHdrs } from '@nats-io/nats-core';
import type { CarriedTrace, TraceActor } from '@switchboard/observability';

/** The last part of the subject of an event that belongs to no workspace. */
export const PLATFORM = 'platform';

/** One fact, with everything that travelled with it. */
export interface Event<D extends DescMessage = DescMessage> {
  /** `evt_…`; the same for every consumer and every redelivery. */
  readonly id: string;
  /** Full name of the message, such as `evt.mail.v1.MailSent`. */
  readonly type: string;
  /** The publishing service. */
  readonly source: string;
  /** `platform` where there is no workspace. */
  readonly workspaceId: string;
  readonly occurredAt: Date;
  readonly correlationId: string;
  /** The request or event that directly caused this one. */
  readonly causationId: string;
  /** The API operation at the root, such as `smsSend`. */
  readonly operation: string | undefined;
  readonly actor: TraceActor;
  readonly payload: MessageShape<D>;
  /** The payload as published. */
  readonly bytes: Uint8Array;
}

/** An event as its outbox row keeps it and its message carries it. */
export interface EventRecord {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly workspaceId: string;
  readonly occurredAt: Date;
  readonly bytes: Uint8Array;
  readonly trace: CarriedTrace;
}

export function subjectOf(record: Pick<EventRecord, 'type' | 'workspaceId'>): string {
  return `${record.type}.${record.workspaceId}`;
}

/** CloudEvents' attributes (cloudevents.io, NATS binding) plus ours for cause and actor. */
export function toHeaders(record: EventRecord): MsgHdrs {
  const all = headers();
  all.set('ce-specversion', '1.0');
  all.set('ce-id', record.id);
  all.set('ce-type', record.type);
  all.set('ce-source', record.source);
  all.set('ce-time', record.occurredAt.toISOString());
  all.set('sb-correlation-id', record.trace.correlationId);
  all.set('sb-causation-id', record.trace.causationId);
  all.set('sb-actor', JSON.stringify(record.trace.actor));
  if (record.trace.operation) all.set('sb-operation', record.trace.operation);
  if (record.trace.traceparent) all.set('traceparent', record.trace.traceparent);
  return all;
}

/** What `toHeaders` wrote. @throws Error when the message is not one of our events. */
export function fromMessage(subject: string, all: MsgHdrs | undefined, bytes: Uint8Array): EventRecord {
  const id = all?.get('ce-id');
  const type = all?.get('ce-type');
  if (!all || !id || !type) throw new Error(`no event headers on ${subject}`);
  const workspaceId = subject.slice(type.length + 1);
  if (subject !== `${type}.${workspaceId}` || !workspaceId) {
    throw new Error(`type ${type} does not belong on ${subject}`);
  }
  return {
    id,
    type,
    source: all.get('ce-source'),
    workspaceId,
    occurredAt: new Date(all.get('ce-time')),
    bytes,
    trace: {
      correlationId: all.get('sb-correlation-id'),
      causationId: all.get('sb-causation-id'),
      operation: all.get('sb-operation') || undefined,
      actor: JSON.parse(all.get('sb-actor') || '{"kind":"system"}') as TraceActor,
      traceparent: all.get('traceparent') || undefined,
    },
  };
}

/** Decodes the payload. @throws Error when the bytes are not that message. */
export function decode<D extends DescMessage>(record: EventRecord, schema: D): Event<D> {
  const { trace, ...rest } = record;
  return {
    ...rest,
    correlationId: trace.correlationId,
    causationId: trace.causationId,
    operation: trace.operation,
    actor: trace.actor,
    payload: fromBinary(schema, record.bytes),
  };
}
