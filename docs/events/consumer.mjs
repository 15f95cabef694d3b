/**
 * Prints every event as one line of JSON: node docs/events/consumer.mjs
 * Needs `npm i @nats-io/transport-node @nats-io/jetstream @bufbuild/protobuf` and events.binpb beside it.
 * NATS_URL, NATS_USER, NATS_PASSWORD: the broker and your user. CONSUMER: your durable consumer (README.md says who
 * makes it); without one, an unnamed consumer starts at the oldest event and remembers nothing. STREAM: EVT.
 */
import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const { NATS_URL, NATS_USER, NATS_PASSWORD, CONSUMER, STREAM = 'EVT' } = process.env;
const descriptors = readFileSync(new URL('events.binpb', import.meta.url));
const types = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));

// A user may listen to its own inbox only, so the inbox carries the user's name.
const inboxPrefix = `_INBOX_${NATS_USER}`;
const connection = await connect({ servers: NATS_URL, user: NATS_USER, pass: NATS_PASSWORD, inboxPrefix });
const consumer = await jetstream(connection, { checkAPI: false }).consumers.get(STREAM, CONSUMER);
const messages = await consumer.consume();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => messages.stop());

for await (const message of messages) {
  const id = message.headers?.get('ce-id');
  const type = message.headers?.get('ce-type');
  const workspaceId = message.subject.split('.').at(-1);
  const schema = types.getMessage(type ?? '');
  // An event newer than events.binpb: acknowledged all the same, or it would come again for two days.
  const data = schema ? toJson(schema, fromBinary(schema, message.data), { alwaysEmitImplicit: true }) : null;
  console.log(JSON.stringify({ type, id, workspaceId, data }));
  message.ack(); // Only now: if we crash before this line, the event comes again.
}
await connection.drain();
