import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findNatsServer, NatsServerMissing } from './nats-server.mjs';

const SERVER = '#!/bin/sh\necho "nats-server: v2.9.10"\n';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A folder of the fake PATH with the given programs. */
async function programs(name: string, scripts: Record<string, string>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  for (const [program, script] of Object.entries(scripts)) {
    await writeFile(join(path, program), script);
    await chmod(join(path, program), 0o755);
  }
  return path;
}

function find(path: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  return findNatsServer({ dataDir: join(folder, 'data'), env: { PATH: path, ...more }, serverFolders: [] });
}

it('prefers what NATS_SERVER names, and refuses it if it is none', async () => {
  const [a, b] = [
    await programs('a', { 'nats-server': SERVER }),
    await programs('b', { 'nats-server': SERVER }),
  ];
  expect(await find(a, { NATS_SERVER: join(b, 'nats-server') })).toBe(join(b, 'nats-server'));
  await expect(find(a, { NATS_SERVER: '/bin/false' })).rejects.toThrow(NatsServerMissing);
});

it('takes the first on PATH that runs', async () => {
  const broken = await programs('broken', { 'nats-server': '#!/bin/sh\nexit 1\n' });
  const works = await programs('works', { 'nats-server': SERVER });
  expect(await find(`${broken}:${works}`)).toBe(join(works, 'nats-server'));
});

it('takes the unpacked one when PATH has none', async () => {
  await programs('data/bin', { 'nats-server': SERVER });
  expect(await find(await programs('empty', {}))).toBe(join(folder, 'data', 'bin', 'nats-server'));
});

it('unpacks the Debian package with lists and cache of its own, and leaves only the program', async () => {
  const log = join(folder, 'apt.log');
  const path = await programs('debian', {
    'apt-get': `#!/bin/sh\necho "$@" >> ${log}\ncase "$*" in *download*) : > nats-server_2.deb;; esac\n`,
    dpkg: `#!/bin/sh\n/bin/mkdir -p "$3/usr/sbin"\nprintf '#!/bin/sh\\necho nats-server: v2\\n' > "$3/usr/sbin/nats-server"\n/bin/chmod +x "$3/usr/sbin/nats-server"\n`,
  });
  const target = join(folder, 'data', 'bin', 'nats-server');
  expect(await find(path)).toBe(target);
  const calls = await readFile(log, 'utf8');
  expect(calls).toMatch(/Dir::State::lists=\S+finder-.* update/);
  expect(calls).toMatch(/Dir::Cache=\S+finder-.* download nats-server/);
  expect(await readdir(join(folder, 'data', 'bin'))).toEqual(['nats-server']);
});

it('says in one line why it could not unpack, and what to do', async () => {
  const path = await programs('offline', {
    'apt-get':
      '#!/bin/sh\necho "W: Failed to fetch http://deb.debian.org  Temporary failure resolving" >&2\nexit 100\n',
    dpkg: '#!/bin/sh\nexit 1\n',
  });
  const failure = await find(path).catch((thrown: Error) => thrown);
  expect(failure).toBeInstanceOf(NatsServerMissing);
  expect((failure as Error).message).toMatch(
    /^nats-server is missing .*Temporary failure resolving.*apt-get install/,
  );
});

it('names the way to install it where there is no apt', async () => {
  await expect(find(await programs('other', {}))).rejects.toThrow(/^nats-server is missing\. Install it/);
});
