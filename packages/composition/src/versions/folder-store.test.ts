import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderStore } from './folder-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchboard-versions-'));
});
afterEach(() => rm(folder, { recursive: true }));

const publish = (sdl: string) => new FolderStore(folder).publish({ sdl });
const files = async () => (await readdir(join(folder, 'versions'))).sort();

it('publishes versions, keeps ten, and leaves nothing half written', async () => {
  for (let n = 1; n <= 12; n += 1) expect((await publish(`type T${n}`)).version).toBe(n);
  expect(await files()).toHaveLength(10);
  expect(await readdir(folder)).toEqual(['current', 'versions']);
  const current = await readFile(join(folder, 'current'), 'utf8');
  expect(current).toMatch(/^# supergraph version 12, sha256 [0-9a-f]{64}\ntype T12$/);
  expect(await new FolderStore(folder).current()).toMatchObject({ version: 12, sdl: 'type T12' });
});

it('goes back, by default by one, and never gives a number out twice', async () => {
  for (let n = 1; n <= 3; n += 1) await publish(`type T${n}`);
  const store = new FolderStore(folder);
  expect((await store.rollback()).version).toBe(2);
  expect((await store.rollback()).version).toBe(1);
  await expect(store.rollback()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(store.rollback(9)).rejects.toThrow('there is no version 9; kept: 1, 2, 3');
  expect((await store.rollback(3)).sdl).toBe('type T3');
  await store.rollback(1);
  expect((await publish('type T4')).version).toBe(4);
});

it('of two publishers one wins, and the other is told', async () => {
  await publish('type T1');
  const [one, two] = [new FolderStore(folder), new FolderStore(folder)];
  await Promise.all([one.current(), two.current()]);
  await one.publish({ sdl: 'type One' });
  await expect(two.publish({ sdl: 'type Two' })).rejects.toMatchObject({ code: 'CONFLICT' });
  const racers = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => publish(`type R${n}`)));
  const versions = racers.flatMap((race) => (race.status === 'fulfilled' ? [race.value.version] : []));
  expect(versions.length).toBeGreaterThan(0);
  expect(new Set(versions).size).toBe(versions.length);
});

it('does not take a file for its own that is none', async () => {
  await writeFile(join(folder, 'current'), 'type T1');
  await expect(publish('type T2')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
