import { AppError } from '@switchboard/errors';
import { createLogger } from '@switchboard/observability';
import { waitFor } from '@switchboard/testing';
import { expect, it } from 'vitest';
import { EndDelivery } from './deliver-ends.ts';
import type { ToolCallEnd } from './tool-audit.ts';

const END: ToolCallEnd = {
  executionId: 'tex_1',
  workspaceId: 'wsp_1',
  succeeded: true,
  output: { text: '{"secret":"of somebody"}', isCut: false },
  errorMessage: undefined,
  durationMs: 1,
};

/** Deliveries to an audit that always fails so. */
function failing(code: 'UNAVAILABLE' | 'NOT_FOUND', pausesMs: readonly number[]) {
  const log: string[] = [];
  const tried = { times: 0 };
  const delivery = new EndDelivery(
    {
      begin: async () => {},
      finish: async () => {
        tried.times += 1;
        throw new AppError(code, 'no');
      },
    },
    createLogger('gateway', { destination: { write: (line: string) => void log.push(line) } as never }),
    pausesMs,
  );
  return { delivery, log, tried };
}

it('gives up after a while, and says so without what was answered', async () => {
  const { delivery, log, tried } = failing('UNAVAILABLE', [1, 1]);
  await delivery.deliver(END);
  await waitFor('the log', async () => log.length > 0);
  expect(tried.times).toBe(3);
  expect(log.join()).toContain('tex_1');
  expect(log.join()).not.toContain('of somebody');
});

it('does not repeat what audit refused', async () => {
  const { delivery, log, tried } = failing('NOT_FOUND', [1, 1]);
  await delivery.deliver(END);
  expect(tried.times).toBe(1);
  expect(log).toHaveLength(1);
});

it('tries once more when the gateway stops, instead of waiting', async () => {
  const { delivery, log, tried } = failing('UNAVAILABLE', [3_600_000, 3_600_000]);
  await delivery.deliver(END);
  await delivery.close();
  expect(tried.times).toBe(2);
  expect(log).toHaveLength(1);
});
