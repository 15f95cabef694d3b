import { jetstreamManager } from '@nats-io/jetstream';
import type { Broker } from './broker.ts';
import { OPERATIONS_STREAM, OPERATIONS_SUBJECTS } from './permissions.ts';

const ACK_MS = 2_000;
const ANSWER_MS = 5_000;
/** Larger documents are not recorded; the stream refuses them. */
export const OPERATION_BYTES_MAX = 32 * 1_024;

/**
 * Records an operation that clients send; of one hash the stream keeps the last record.
 * @param hash hex. @param record at most `OPERATION_BYTES_MAX` bytes.
 * @throws Error when the broker did not confirm it.
 */
export async function recordOperationSeen(broker: Broker, hash: string, record: string): Promise<void> {
  await broker.js.publish(`ops.${hash}`, record, { timeout: ACK_MS });
}

/**
 * Every operation that was recorded in the last 30 days, oldest first. Asked one by one: so the reader needs no right
 * to make consumers.
 * @throws Error when the broker does not answer, or does not have the stream.
 */
export async function readOperationsSeen(broker: Broker): Promise<readonly string[]> {
  const manager = await jetstreamManager(broker.connection, { checkAPI: false, timeout: ANSWER_MS });
  const records: string[] = [];
  for (let place = 1; ; ) {
    const query = { seq: place, next_by_subj: OPERATIONS_SUBJECTS };
    const message = await manager.streams.getMessage(OPERATIONS_STREAM, query);
    if (!message) return records;
    records.push(message.string());
    place = message.seq + 1;
  }
}
