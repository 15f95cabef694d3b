import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import type { Broker } from './broker.ts';
import { OPERATION_BYTES_MAX } from './operations-seen.ts';
import { EVENT_STREAM, OPERATIONS_STREAM, OPERATIONS_SUBJECTS } from './permissions.ts';

const HOUR_MS = 3_600_000;
const MAX_AGE_MS = 48 * HOUR_MS;
const DUPLICATE_WINDOW_MS = 10 * 60_000;
const OPERATIONS_MAX_AGE_MS = 30 * 24 * HOUR_MS;
const OPERATIONS_BYTES_MAX = 64 * 1024 ** 2;
const ACK_WAIT_MS = 30_000;
const MAX_ACK_PENDING = 2_000;

export interface ProvisionOptions {
  /** The services that consume events; each gets one durable consumer of its name. */
  readonly services: readonly string[];
  readonly replicas?: 1 | 3 | 5;
  /** Size of the stream on disk. It must stay below the disk's: a full disk stops nats-server. */
  readonly maxBytes?: number;
}

/** Makes or updates the event stream, the stream of operations that clients send, and one durable consumer per service. Safe to run again. */
export async function provisionBroker(broker: Broker, options: ProvisionOptions): Promise<void> {
  const manager = await jetstreamManager(broker.connection, { checkAPI: false });
  await ensureStream(manager, options);
  await ensureOperationsStream(manager, options);
  for (const name of options.services) await ensureConsumer(manager, name);
}

async function ensureStream(manager: JetStreamManager, options: ProvisionOptions): Promise<void> {
  const wanted = {
    name: EVENT_STREAM,
    subjects: ['evt.>'],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    // Refusing new events keeps them in the outboxes; dropping old ones would lose them for slow consumers.
    discard: DiscardPolicy.New,
    max_age: nanos(MAX_AGE_MS),
    max_bytes: options.maxBytes ?? 1024 ** 3,
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    num_replicas: options.replicas ?? 1,
  };
  const exists = await manager.streams.info(EVENT_STREAM).catch(() => undefined);
  const { config } = exists
    ? await manager.streams.update(EVENT_STREAM, wanted)
    : await manager.streams.add(wanted);
  readBack('max_age', config.max_age, wanted.max_age);
  readBack('duplicate_window', config.duplicate_window, wanted.duplicate_window);
}

/** The last record of each operation, for as long as clients are given to move on. */
async function ensureOperationsStream(manager: JetStreamManager, options: ProvisionOptions): Promise<void> {
  const wanted = {
    name: OPERATIONS_STREAM,
    subjects: [OPERATIONS_SUBJECTS],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    max_msgs_per_subject: 1,
    max_age: nanos(OPERATIONS_MAX_AGE_MS),
    max_bytes: OPERATIONS_BYTES_MAX,
    max_msg_size: OPERATION_BYTES_MAX,
    // What is sent every day comes back the next day; what somebody flooded the stream with does not.
    discard: DiscardPolicy.Old,
    num_replicas: options.replicas ?? 1,
  };
  const exists = await manager.streams.info(OPERATIONS_STREAM).catch(() => undefined);
  const { config } = exists
    ? await manager.streams.update(OPERATIONS_STREAM, wanted)
    : await manager.streams.add(wanted);
  readBack('max_age', config.max_age, wanted.max_age);
}

async function ensureConsumer(manager: JetStreamManager, name: string): Promise<void> {
  const wanted = {
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    // One filter subject: servers before 2.10 know no list.
    filter_subject: 'evt.>',
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: MAX_ACK_PENDING,
    // We park a failing event ourselves; the server would skip it silently.
    max_deliver: -1,
  };
  const { config } = await manager.consumers.add(EVENT_STREAM, wanted);
  readBack('ack_wait', config.ack_wait ?? 0, wanted.ack_wait);
}

/** A mistaken unit is accepted silently by the server, so the figure it holds is compared with ours. */
function readBack(name: string, held: number, wanted: number): void {
  if (held !== wanted) throw new Error(`the broker holds ${name}=${held}, wanted ${wanted}`);
}
