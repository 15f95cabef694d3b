import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshPlaces, makePlace, READY } from './fake-house.ts';

const { place, start } = freshPlaces();

describe('a start', () => {
  it('says where the gateway is, and lists every part with its process', async () => {
    const house = await start();
    await house.prints(READY);
    expect(house.output).toContain(`Switchboard is ready at http://localhost:${place().portBase}`);
    for (const part of ['broker', 'sandbox', 'mail', 'gateway']) {
      expect(house.output).toMatch(new RegExp(`^ {2}${part} .* \\d+ +\\d+\\.\\d s$`, 'm'));
    }
  });

  it('gives each part the variables it needs and no other part its secrets', async () => {
    const house = await start({
      MAIL_DATABASE_URL: 'postgres://example',
      BILLING_DATABASE_URL: 'x',
      SHELL_SECRET: 'y',
    });
    await house.prints(READY);
    const read = async (part: string) =>
      JSON.parse(await readFile(join(place().dataDir, `env-${part}.json`), 'utf8'));
    const [mail, gateway] = [await read('mail'), await read('gateway')];

    expect(mail).toMatchObject({
      NODE_ENV: 'production',
      DATA_DIR: place().dataDir,
      MAIL_PORT: String(place().portBase + 2),
      MAIL_HOST: '127.0.0.1',
      NATS_URL: `nats://127.0.0.1:${place().portBase + 20}`,
      PUBLIC_URL: `http://localhost:${place().portBase}`,
      MAIL_DATABASE_URL: 'postgres://example',
    });
    expect(JSON.parse(mail.IDENTITY_PUBLIC_JWK)).not.toHaveProperty('d');
    expect(JSON.parse(gateway.GATEWAY_IDENTITY_PRIVATE_JWK)).toHaveProperty('d');
    expect(gateway.GATEWAY_MAIL_URL).toBe(`http://127.0.0.1:${place().portBase + 2}`);
    for (const name of ['BILLING_DATABASE_URL', 'SHELL_SECRET', 'AUTH_VAULT_KEY', 'GATEWAY_NATS_PASSWORD']) {
      expect(mail).not.toHaveProperty(name);
    }
    expect(gateway).not.toHaveProperty('MAIL_NATS_PASSWORD');
  });

  it('keeps the keys to their owner, and the same at the next start', async () => {
    const keys = join(place().dataDir, 'keys');
    const contents = async () => {
      const names = await readdir(keys);
      for (const name of names) expect((await stat(join(keys, name))).mode & 0o077).toBe(0);
      return Promise.all(names.map((name) => readFile(join(keys, name), 'utf8')));
    };
    const first = await start();
    await first.prints(READY);
    await first.stop();
    const before = await contents();
    const second = await start();
    await second.prints(READY);
    expect(await contents()).toEqual(before);
  });

  it('runs beside another copy with its own ports and data', async () => {
    const other = await makePlace();
    const both = await Promise.all([start(), start({}, other)]);
    await Promise.all(both.map((house) => house.prints(READY)));
    await both[1].stop();
    await other.remove();
  });
});
