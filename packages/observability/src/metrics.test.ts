import { AppError } from '@switchboard/errors';
import { expect, it } from 'vitest';
import { defineCounter, defineLevel, defineTiming, metricsText } from './index.ts';

it('measures work by its outcome, which is a code and no message', async () => {
  const calls = defineTiming('test_call_seconds', 'How long.', ['kind']);
  await calls.of({ kind: 'a' }, async () => {});
  const failing = calls.of({ kind: 'a' }, async () => {
    throw new AppError('UNAVAILABLE', 'ana@example.com');
  });
  await expect(failing).rejects.toThrow(AppError);
  const text = await metricsText();
  expect(text).toContain('test_call_seconds_count{kind="a",outcome="ok"} 1');
  expect(text).toContain('test_call_seconds_count{kind="a",outcome="UNAVAILABLE"} 1');
  expect(text).not.toContain('ana@');
});

it('shows counters, levels, what was looked up for the answer, and the process', async () => {
  defineCounter('test_things_total', 'Things.', ['color'])({ color: 'red' }, 2);
  defineLevel('test_open', 'Open.')(7);
  defineLevel('test_shut', 'Shut.', ['door'])(1, { door: 'back' });
  const text = await metricsText([{ name: 'test_waiting', help: 'Waiting.', value: 3 }]);
  for (const line of [
    'test_things_total{color="red"} 2',
    'test_open 7',
    'test_shut{door="back"} 1',
    '# TYPE test_waiting gauge\ntest_waiting 3\n',
    'process_resident_memory_bytes',
  ]) {
    expect(text).toContain(line);
  }
});

it('may be declared twice: parts of one process share it', async () => {
  for (const color of ['red', 'red']) defineCounter('test_twice_total', 'Twice.', ['color'])({ color });
  expect(await metricsText()).toContain('test_twice_total{color="red"} 2');
});
