import { fromBinary } from '@bufbuild/protobuf';
import { parseId } from '@switchboard/ids';
import type { PlacedEvent } from '@switchboard/messaging';
import { eventSchemas } from '@switchboard/proto-schemas/events';

const SCHEMAS = new Map(eventSchemas.map((schema) => [schema.typeName, schema]));

const SHARED_MS = 1_000;

/** Whether there is an event of this full name. */
export function isEventType(name: string): boolean {
  return SCHEMAS.has(name);
}

/** An event on its way to subscribers. What several of them ask of it is worked out once. */
export class StreamedEvent {
  #payload: Readonly<Record<string, unknown>> | undefined;
  #subjects: readonly string[] | undefined;
  readonly #answers = new Map<string, Promise<unknown>>();

  constructor(private readonly placed: PlacedEvent) {}

  get id(): string {
    return this.placed.record.id;
  }

  get type(): string {
    return this.placed.record.type;
  }

  get place(): number {
    return this.placed.place;
  }

  get workspaceId(): string {
    return this.placed.record.workspaceId;
  }

  /** The service that stated it. */
  get service(): string {
    return this.type.split('.')[1] ?? '';
  }

  /** What waiting for a subscriber costs in memory, roughly: the bytes and what describes them. */
  get size(): number {
    return this.placed.record.bytes.length + 512;
  }

  /** The payload's fields; empty for an event that this gateway is too old to know. */
  get payload(): Readonly<Record<string, unknown>> {
    this.#payload ??= this.#decode();
    return this.#payload;
  }

  /** Whether it stayed in the vendor sandbox; undefined when it is about nothing of a vendor. */
  get sandbox(): boolean | undefined {
    const { sandbox } = this.payload;
    return typeof sandbox === 'boolean' ? sandbox : undefined;
  }

  /** Ids of the nodes it names. */
  get subjects(): readonly string[] {
    this.#subjects ??= [...new Set(idsIn(this.payload))];
    return this.#subjects;
  }

  /** The value of the API's type `Event`. */
  get shown(): Readonly<Record<string, unknown>> {
    const { id, type, occurredAt, trace } = this.placed.record;
    return {
      __typename: 'Event',
      id,
      type,
      service: this.service,
      occurredAt: occurredAt.toISOString(),
      subjects: this.subjects,
      sandbox: this.sandbox ?? null,
      operation: trace.operation ?? null,
      correlationId: trace.correlationId,
      causationId: trace.causationId,
    };
  }

  /**
   * Answers the same question once. An answer is kept for a moment: subscribers come to it one after the other, and it
   * was given after the event.
   */
  share<T>(question: string, work: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question) as Promise<T> | undefined;
    if (known) return known;
    const answer = work();
    this.#answers.set(question, answer);
    setTimeout(() => this.#answers.delete(question), SHARED_MS).unref();
    return answer;
  }

  #decode(): Readonly<Record<string, unknown>> {
    const schema = SCHEMAS.get(this.type);
    if (!schema) return {};
    try {
      return fromBinary(schema, this.placed.record.bytes) as unknown as Readonly<Record<string, unknown>>;
    } catch {
      return {};
    }
  }
}

function idsIn(payload: Readonly<Record<string, unknown>>): string[] {
  return Object.values(payload)
    .flat()
    .filter((value): value is string => typeof value === 'string' && parseId(value) !== undefined);
}
