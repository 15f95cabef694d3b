import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshPlaces, READY } from './fake-house.ts';

const { place, start } = freshPlaces();

describe('a problem is one line that says what to do', () => {
  async function problem(env: Record<string, string> = {}): Promise<string> {
    const house = await start(env);
    expect(await house.exit).toBe(1);
    return house.output.trim();
  }

  it('for a port in use, with the program that has it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(place().portBase + 2, '127.0.0.1', resolve));
    const text = await problem();
    server.close();
    expect(text).toContain(`Port ${place().portBase + 2} (mail) is in use`);
    expect(text).toContain('PORT_BASE=');
    expect(text).not.toContain('\n');
  });

  it('for a second runner on the same folder', async () => {
    const first = await start();
    await first.prints(READY);
    expect(await problem()).toBe(
      `Another npm start (pid ${first.process.pid}) uses ${place().dataDir}. Stop it, or set DATA_DIR and PORT_BASE to run a second copy.`,
    );
  });

  it.each([
    ['a damaged folder', '{"layo', 'is damaged'],
    ['a folder of a newer version', '{"layout":99}', 'written by a newer Switchboard'],
    ['a folder of an older version', '{"layout":0}', 'written by an older Switchboard'],
  ])('for %s', async (_name, version, expected) => {
    await mkdir(place().dataDir);
    await writeFile(join(place().dataDir, 'version.json'), version);
    const text = await problem();
    expect(text).toContain(expected);
    expect(text).not.toContain('\n');
  });

  it('for a folder of somebody else', async () => {
    await mkdir(place().dataDir);
    await writeFile(join(place().dataDir, 'thesis.doc'), '');
    expect(await problem()).toContain('not a data folder of Switchboard');
  });

  it.each(['identity.json', 'session.json', 'vault.key', 'checkpoint.key', 'broker.json'])(
    'for a truncated key %s',
    async (name) => {
      const first = await start();
      await first.prints(READY);
      await first.stop();
      const path = join(place().dataDir, 'keys', name);
      const key = await readFile(path, 'utf8');
      await writeFile(path, key.slice(0, 20));
      const text = await problem();
      expect(text).toContain(`${path} is missing, unreadable or damaged`);
      expect(text).not.toContain('\n');
      expect(await readFile(path, 'utf8')).toBe(key.slice(0, 20));
    },
  );

  it.each([
    [{ PORT_BASE: 'http' }, 'PORT_BASE is "http"'],
    [{ PORT_BASE: '65530' }, 'PORT_BASE is "65530"'],
    [{ PORT_BASE: '6000' }, 'PORT_BASE is 6000, which needs port 6000; browsers refuse to call that one.'],
    [{ PORT_BASE: '4035' }, 'needs port 4045'],
    [{ DATA_DIR: ' ' }, 'DATA_DIR is empty'],
    [{ DATA_DIR: '/dev/null/x' }, 'DATA_DIR /dev/null/x cannot be used'],
    [{ PARTS: 'sandbox,mial' }, 'PARTS names "mial"'],
    [{ PARTS: 'auth' }, 'auth is not built'],
    [{ NATS_SERVER: '/bin/false' }, 'which is not a nats-server that runs here'],
  ])('for %o', async (env, expected) => {
    const text = await problem(env);
    expect(text.split('\n').at(-1)).toContain(expected);
  });
});
