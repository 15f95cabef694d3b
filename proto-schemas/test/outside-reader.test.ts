import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { headers } from '@nats-io/nats-core';
import { SmsDeliveredSchema } from '@switchboard/proto-schemas';
import { startBroker, type TestBroker, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const WORKSPACE = 'wsp_01ARZ3NDEKTSV4RRFFQ69G5FAV';

let broker: TestBroker;
beforeAll(async () => {
  // What docs/events/README.md tells an operator to allow a reader called crm; its consumer is provisioned too.
  const crm = {
    publish: {
      allow: ['$JS.API.CONSUMER.INFO.EVT.crm', '$JS.API.CONSUMER.MSG.NEXT.EVT.crm', '$JS.ACK.EVT.crm.>'],
    },
    subscribe: { allow: ['_INBOX_crm.>'] },
  };
  broker = await startBroker({ services: ['telephony', 'crm'], users: { crm } });
});
afterAll(() => broker.stop());

async function publish(id: string, smsId: string): Promise<void> {
  const { js } = await broker.connect('telephony');
  const all = headers();
  const time = new Date().toISOString();
  const attributes = { id, type: SmsDeliveredSchema.typeName, source: 'telephony', time };
  for (const [name, value] of Object.entries(attributes)) all.set(`ce-${name}`, value);
  const bytes = toBinary(SmsDeliveredSchema, create(SmsDeliveredSchema, { smsId, sandbox: true }));
  await js.publish(`${SmsDeliveredSchema.typeName}.${WORKSPACE}`, bytes, { headers: all });
}

function read(): { child: ChildProcess; lines: unknown[] } {
  const child = spawn(process.execPath, [join(root, 'docs/events/consumer.mjs')], {
    env: { NATS_URL: broker.url, NATS_USER: 'crm', NATS_PASSWORD: 'crm', CONSUMER: 'crm' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: unknown[] = [];
  let rest = '';
  child.stdout?.on('data', (chunk) => {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) lines.push(JSON.parse(line));
  });
  return { child, lines };
}

it('reads every event once across a restart, without code of ours', async () => {
  await publish('evt_1', 'sms_1');
  const first = read();
  await waitFor('the event', () => first.lines.length > 0);
  expect(first.lines).toEqual([
    {
      type: 'evt.telephony.v1.SmsDelivered',
      id: 'evt_1',
      workspaceId: WORKSPACE,
      data: { smsId: 'sms_1', sandbox: true },
    },
  ]);
  const ended = new Promise((resolve) => first.child.once('exit', resolve));
  first.child.kill('SIGTERM');
  expect(await ended).toBe(0);

  await publish('evt_2', 'sms_2');
  const second = read();
  await waitFor('the next event', () => second.lines.length > 0);
  expect(second.lines).toMatchObject([{ id: 'evt_2' }]);
  second.child.kill('SIGTERM');
});
