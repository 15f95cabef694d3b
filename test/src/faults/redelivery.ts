import { jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import type { TestBroker } from '@switchboard/testing';

const ACK_WAIT_MS = 2_000;

/** Makes the broker deliver again after 2 s what a dead process had not acknowledged, instead of after 30 s. */
export async function hastenRedelivery(broker: TestBroker, consumer: string): Promise<void> {
  const provisioner = await broker.connect('provisioner');
  const manager = await jetstreamManager(provisioner.connection, { checkAPI: false });
  await manager.consumers.update('EVT', consumer, { ack_wait: nanos(ACK_WAIT_MS) });
  await provisioner.close();
}
