import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectCluster } from '../src/index.ts';
import { objectNames } from '../src/names.ts';
import { ConfigMapStore } from '../src/publishing/config-map-store.ts';
import { ApiServer } from './api-server.ts';

const names = objectNames('graph');
let api: ApiServer;

beforeEach(async () => {
  api = await ApiServer.start();
});
afterEach(() => api.stop());

function open(mayWrite: () => boolean = () => true): ConfigMapStore {
  return new ConfigMapStore(connectCluster(api.kubeConfig(), 'prod'), names, mayWrite);
}

const versionsKept = () =>
  api
    .list('configmaps')
    .map(({ metadata }) => metadata.name)
    .filter((name) => name !== names.current)
    .sort();

it('of two that both believe they lead, one publishes, and the other leaves nothing behind', async () => {
  await open().publish({ sdl: 'type T1', subgraphs: {} });
  const rivals = [open(), open()];
  await Promise.all(rivals.map((rival) => rival.current()));
  const results = await Promise.allSettled(
    rivals.map((rival, n) => rival.publish({ sdl: `type Rival${n}`, subgraphs: {} })),
  );
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } });
  const current = await open().current();
  expect(current?.sdl).toMatch(/^type Rival[01]$/);
  expect(versionsKept()).toEqual(['graph-1', names.version(current?.version ?? 0)]);
});

it('two that publish the first one make one', async () => {
  const rivals = [open(), open()];
  await Promise.all(rivals.map((rival) => rival.current()));
  const results = await Promise.allSettled(
    rivals.map((rival) => rival.publish({ sdl: 'type T', subgraphs: {} })),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(versionsKept()).toHaveLength(1);
});

it('writes nothing once the lead is lost', async () => {
  let leads = true;
  const store = open(() => leads);
  await store.publish({ sdl: 'type T1', subgraphs: {} });
  leads = false;
  await expect(store.publish({ sdl: 'type T2', subgraphs: {} })).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(store.rollback(1)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await open().current())?.version).toBe(1);
  expect(versionsKept()).toEqual(['graph-1']);
});

it('remembers the parts of a version, and goes back by one where none is named', async () => {
  const store = open();
  await store.publish({ sdl: 'type T1', subgraphs: { mail: 'one' } });
  await store.publish({ sdl: 'type T2', subgraphs: { mail: 'two' } });
  const reader = open();
  expect([(await reader.current())?.sdl, await reader.currentSubgraphs()]).toEqual([
    'type T2',
    { mail: 'two' },
  ]);
  expect((await store.rollback()).version).toBe(1);
  await reader.current();
  expect(await reader.currentSubgraphs()).toEqual({ mail: 'one' });
  expect(reader.wishes.heldHash).toBeDefined();
  expect((await reader.publish({ sdl: 'type T3', subgraphs: {} })).version).toBe(3);
});
