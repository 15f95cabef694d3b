import { jetstreamManager } from '@nats-io/jetstream';
import { startBroker, type TestBroker } from '@switchboard/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Broker,
  OPERATION_BYTES_MAX,
  OPERATIONS_STREAM,
  readOperationsSeen,
  recordOperationSeen,
  SUPERGRAPH_CONTROLLER,
} from './index.ts';

let test: TestBroker;
let gateway: Broker;
let controller: Broker;

beforeAll(async () => {
  test = await startBroker({ services: ['mail'] });
  gateway = await test.connect('gateway');
  controller = await test.connect(SUPERGRAPH_CONTROLLER);
});
afterAll(() => test.stop());

it('gateways record operations, one record of each, and the controller reads them', async () => {
  expect(await readOperationsSeen(controller)).toEqual([]);
  await recordOperationSeen(gateway, 'aa', 'first');
  await recordOperationSeen(gateway, 'bb', 'other');
  await recordOperationSeen(gateway, 'aa', 'again');
  expect(await readOperationsSeen(controller)).toEqual(['other', 'again']);
  expect(await readOperationsSeen(await test.connect('ops'))).toEqual(['other', 'again']);
});

it('nobody else reads or writes them', async () => {
  await expect(readOperationsSeen(gateway)).rejects.toThrow(/permissions/i);
  const mail = await test.connect('mail');
  await expect(readOperationsSeen(mail)).rejects.toThrow(/permissions/i);
  await expect(recordOperationSeen(mail, 'cc', 'x')).rejects.toThrow(/permissions/i);
  await expect(recordOperationSeen(controller, 'cc', 'x')).rejects.toThrow(/permissions/i);
  const manager = await jetstreamManager(controller.connection, { checkAPI: false });
  await expect(manager.streams.delete(OPERATIONS_STREAM)).rejects.toThrow(/permissions/i);
  expect(await readOperationsSeen(controller)).toHaveLength(2);
});

it('a document beyond the limit is refused', async () => {
  const large = 'x'.repeat(OPERATION_BYTES_MAX + 1);
  await expect(recordOperationSeen(gateway, 'dd', large)).rejects.toThrow();
});
