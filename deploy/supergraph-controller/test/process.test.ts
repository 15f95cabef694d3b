import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normaliseOperation } from '@switchboard/composition/operations';
import { recordOperationSeen } from '@switchboard/messaging';
import { freePort, startBroker, type TestBroker, waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CURRENT, Fixture, NAMESPACE } from './fixture.ts';
import { notesSdl } from './subgraphs.ts';

const MAIN = new URL('../dist/main.js', import.meta.url).pathname;

let house: Fixture;
let broker: TestBroker;
let folder: string;
let url: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  [house, broker, folder] = await Promise.all([
    Fixture.start(),
    startBroker({ services: [] }),
    mkdtemp(join(tmpdir(), 'switchboard-controller-')),
  ]);
  const kubeConfig = join(folder, 'config');
  await writeFile(kubeConfig, house.api.kubeConfig().exportConfig());
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      KUBECONFIG: kubeConfig,
      NATS_URL: broker.url,
      LOG_LEVEL: 'silent',
      SUPERGRAPH_CONTROLLER_NAMESPACE: NAMESPACE,
      SUPERGRAPH_CONTROLLER_IDENTITY: 'pod-1',
      SUPERGRAPH_CONTROLLER_PORT: String(port),
      SUPERGRAPH_CONTROLLER_PRIVATE_JWK: JSON.stringify(house.controllerKey),
      SUPERGRAPH_CONTROLLER_NATS_PASSWORD: 'supergraph_controller',
      SUPERGRAPH_CONTROLLER_RESYNC_S: '1',
    },
  });
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await house.stop();
  await broker.stop();
  await rm(folder, { recursive: true });
});

it('the process publishes, reads what gateways recorded, and gives the lead back at SIGTERM', async () => {
  house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String' }))]);
  await waitFor('readiness', async () => (await fetch(`${url}/health/ready`)).status === 200);
  await house.published(1);

  const operation = normaliseOperation('query Moods { notes { mood } }', undefined);
  if (!operation) throw new Error('no operation');
  const gateway = await broker.connect('gateway');
  await recordOperationSeen(gateway, operation.hash, JSON.stringify(operation));
  house.service('notes', [await house.pod('notes', notesSdl())]);
  await house.becomes('refused', 'Moods');
  expect(house.version).toBe(1);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/^switchboard_supergraph_behind 1$/m);
  expect(metrics).toMatch(/^switchboard_supergraph_version 1$/m);
  expect(metrics).toMatch(/^switchboard_supergraph_leader 1$/m);

  const lease = () => house.api.find('leases', `${CURRENT}-controller`)?.spec;
  expect(lease()).toMatchObject({ holderIdentity: 'pod-1' });
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(lease()).toMatchObject({ holderIdentity: '' });
});

it('a process without its variables says which in one go, and ends', async () => {
  const failing = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, SUPERGRAPH_CONTROLLER_PRIVATE_JWK: 'canary' },
  });
  let text = '';
  failing.stderr.on('data', (chunk) => {
    text += chunk;
  });
  expect(await new Promise((resolve) => failing.once('close', resolve))).toBe(1);
  for (const name of ['NAMESPACE', 'IDENTITY', 'PRIVATE_JWK']) {
    expect(text).toContain(`SUPERGRAPH_CONTROLLER_${name}`);
  }
  expect(text).not.toContain('canary');
});
