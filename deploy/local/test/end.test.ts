import { readdir } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { freshPlaces, READY, running } from './fake-house.ts';

const { place, start } = freshPlaces();

describe('an end', () => {
  it('leaves nothing behind after SIGTERM, and exits with 0', async () => {
    const house = await start();
    await house.prints(READY);
    const pids = await house.children();
    // Watchdog, nats-server and three parts.
    expect(pids).toHaveLength(5);
    house.process.kill('SIGTERM');
    expect(await house.exit).toBe(0);
    expect(await running(pids)).toEqual([]);
    expect(await readdir(place().dataDir)).not.toContain('run.json');
  });

  it('ends a part that ignores SIGTERM by force, within 10 s', async () => {
    const house = await start({ MAIL_FAKE: 'deaf' });
    await house.prints(READY);
    const pids = await house.children();
    const startedAt = Date.now();
    house.process.kill('SIGINT');
    expect(await house.exit).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(await running(pids)).toEqual([]);
  });

  it('takes the children along when the runner is killed by force', async () => {
    const house = await start();
    await house.prints(READY);
    const pids = await house.children();
    house.process.kill('SIGKILL');
    await house.exit;
    await vi.waitFor(async () => expect(await running(pids)).toEqual([]), { timeout: 5000, interval: 50 });
  });

  it('ends what a killed runner left, at the next start', async () => {
    const first = await start({ MAIL_FAKE: 'deaf' });
    await first.prints(READY);
    const pids = await first.children();
    first.process.kill('SIGKILL');
    await first.exit;
    const second = await start();
    await second.prints(READY);
    expect(await running(pids)).toEqual([]);
  });

  it('ends a broker whose watchdog was killed together with the runner, at the next start', async () => {
    const first = await start();
    await first.prints(READY);
    const [watchdog = 0, ...others] = await first.children();
    process.kill(watchdog, 'SIGSTOP');
    first.process.kill('SIGKILL');
    process.kill(watchdog, 'SIGKILL');
    await first.exit;
    await vi.waitFor(async () => expect(await running(others)).toHaveLength(1), {
      timeout: 5000,
      interval: 50,
    });
    const second = await start();
    await second.prints(READY);
    expect(await running(others)).toEqual([]);
  });

  it('ends while starting just as well', async () => {
    const house = await start();
    await house.prints('Starting Switchboard');
    house.process.kill('SIGTERM');
    expect(await house.exit).toBe(0);
  });
});
