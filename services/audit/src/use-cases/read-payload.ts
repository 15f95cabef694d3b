import { type DescMessage, fromBinary, type JsonValue, toJson } from '@bufbuild/protobuf';
import { parseId } from '@switchboard/ids';
import { eventSchemas } from '@switchboard/proto-schemas/events';

const SCHEMAS: ReadonlyMap<string, DescMessage> = new Map(
  eventSchemas.map((schema) => [schema.typeName, schema]),
);

/** What the trail keeps of an event's payload. */
export interface PayloadReading {
  /** JSON; the bytes in base64 under `undecoded` for an event that this version does not know. */
  readonly data: string;
  /** The ids that it names, each once. */
  readonly subjects: string[];
  /** What the event says of it; null when it says nothing. */
  readonly sandbox: boolean | null;
}

/** Reads an event's payload. Events are thin and flat, so every id is a field's own value. */
export function readPayload(type: string, bytes: Uint8Array): PayloadReading {
  const json = decode(type, bytes);
  const subjects = Object.values(json)
    .flat()
    .filter((value): value is string => typeof value === 'string' && parseId(value) !== undefined);
  return {
    data: JSON.stringify(json),
    subjects: [...new Set(subjects)],
    sandbox: typeof json.sandbox === 'boolean' ? json.sandbox : null,
  };
}

/** The full names of the events that are called so, with or without their package. */
export function typesNamed(name: string): string[] {
  return name.includes('.') ? [name] : [...SCHEMAS.keys()].filter((type) => type.endsWith(`.${name}`));
}

function decode(type: string, bytes: Uint8Array): Record<string, JsonValue> {
  const schema = SCHEMAS.get(type);
  if (!schema) return { undecoded: Buffer.from(bytes).toString('base64') };
  // Zero values too: a trail that leaves out "false" and 0 would have to be read with the schema at hand.
  return toJson(schema, fromBinary(schema, bytes), { alwaysEmitImplicit: true }) as Record<string, JsonValue>;
}
