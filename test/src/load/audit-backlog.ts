import { create, toBinary } from '@bufbuild/protobuf';
import { headers } from '@nats-io/nats-core';
import { newId } from '@switchboard/ids';
import type { Broker } from '@switchboard/messaging';
import { SmsQueuedSchema } from '@switchboard/proto-schemas';
import { connectAs } from './house-watch.ts';
import type { Measurement } from './measure.ts';

const EVENTS_PER_SECOND_OF_BENCH = 500;
const PUBLISHED_AT_ONCE = 250;
const CATCH_UP_MS = 60_000;

/** States a fact in the name of telephony, as its relay would. */
async function publish(telephony: Broker, workspaceId: string): Promise<void> {
  const { typeName } = SmsQueuedSchema;
  const id = newId('evt');
  const fields = {
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-type': typeName,
    'ce-source': 'telephony',
    'ce-time': new Date().toISOString(),
    'sb-correlation-id': id,
    'sb-causation-id': id,
    'sb-actor': '{"kind":"system"}',
  };
  const all = headers();
  for (const [name, value] of Object.entries(fields)) all.set(name, value);
  const fact = { smsId: newId('sms'), settingsId: newId('tws'), sandbox: true, segments: 1 };
  const bytes = toBinary(SmsQueuedSchema, create(SmsQueuedSchema, fact));
  await telephony.js.publish(`${typeName}.${workspaceId}`, bytes, { msgID: id, headers: all });
}

/** All events are of one workspace, so they all extend one hash chain. The other services get them as well. */
export const auditBacklog: Measurement = {
  title: 'audit works off a backlog of events',
  async run({ house, workspace, operator, figures, seconds }) {
    const telephony = await connectAs(house, 'telephony');
    const total = EVENTS_PER_SECOND_OF_BENCH * seconds;
    try {
      const startedAt = performance.now();
      for (let sent = 0; sent < total; sent += PUBLISHED_AT_ONCE) {
        const size = Math.min(PUBLISHED_AT_ONCE, total - sent);
        await Promise.all(Array.from({ length: size }, () => publish(telephony, workspace.id)));
      }
      const publishedAt = performance.now();
      await operator.untilCaughtUp('audit', CATCH_UP_MS);
      figures.set('audit.backlog.events', total);
      figures.set('audit.backlog.publishedPerSecond', (total * 1000) / (publishedAt - startedAt));
      figures.set('audit.backlog.handledPerSecond', (total * 1000) / (performance.now() - startedAt));
    } finally {
      await telephony.close();
    }
  },
};
