import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLogger, currentTrace, rootTrace, Secret, withTrace } from './index.ts';

function capture() {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, destination };
}

describe('Secret', () => {
  it('shows its value nowhere but in reveal()', () => {
    const secret = new Secret('canary-1');
    const shown = [
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 5 }),
      String(secret),
    ];
    expect(shown.join()).not.toContain('canary-1');
    expect(secret.reveal()).toBe('canary-1');
  });
});

describe('logger', () => {
  it("writes neither secrets nor tell-tale keys, at any depth, and keeps an error's evidence", () => {
    const { lines, destination } = capture();
    const log = createLogger('mail', { destination });
    log.warn({ a: { b: [{ password: 'canary-2' }] }, key: new Secret('canary-3') }, 'hello');
    log.error({ err: Object.assign(new Error('boom'), { code: 'UNAVAILABLE', body: 'canary-4' }) });
    const written = lines.join('');
    expect(written).not.toMatch(/canary/);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      level: 'error',
      err: { code: 'UNAVAILABLE', message: 'boom' },
    });
  });

  it('stamps each line with the ids of the work in hand', () => {
    const { lines, destination } = capture();
    const trace = rootTrace({ kind: 'system' }, 'smsSend');
    withTrace(trace, () => createLogger('sms', { destination }).info('sent'));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      requestId: trace.requestId,
      operation: 'smsSend',
      part: 'sms',
    });
  });
});

describe('trace', () => {
  it('is seen by everything awaited inside, and by nothing outside', async () => {
    const trace = rootTrace({ kind: 'system' });
    await withTrace(trace, async () => {
      await Promise.resolve();
      expect(currentTrace()).toBe(trace);
    });
    expect(currentTrace().requestId).not.toBe(trace.requestId);
  });
});
