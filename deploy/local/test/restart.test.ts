import { describe, expect, it, vi } from 'vitest';
import { freshPlaces, READY, running } from './fake-house.ts';

const { place, start } = freshPlaces();

describe('a part that ends by itself', () => {
  it('is started again, in one line', async () => {
    const house = await start();
    await house.prints(READY);
    await fetch(`http://127.0.0.1:${place().portBase + 2}/end`).catch(() => {});
    await house.prints('mail ended (exit code 3); starting it again in 0.5 s');
    await house.prints('mail is ready again');
  });

  it('is started again when it is the broker', async () => {
    const house = await start();
    await house.prints(READY);
    const [watchdog = 0] = await house.children();
    process.kill(watchdog, 'SIGKILL');
    await house.prints('broker ended (SIGKILL); starting it again');
    await vi.waitFor(async () => expect(await house.children()).toHaveLength(7), {
      timeout: 5000,
      interval: 50,
    });
    expect(await running(await house.children())).toHaveLength(5);
  });

  it('brings the house down with its last lines when it ends five times in a row', async () => {
    const house = await start({ MAIL_FAKE: 'crash' });
    expect(await house.exit).toBe(1);
    expect(house.output).toContain('mail ended five times in a row (exit code 1)');
    expect(house.output).toMatch(/mail +error cannot start: MAIL_DATABASE_URL is not a URL/);
  });
});
