import { AppError } from '@switchboard/errors';
import { createLogger } from '@switchboard/observability';
import { expect, it } from 'vitest';
import { waitForSchema } from './wait-for-schema.ts';

it('says what a start waits for, until the schema has every step', async () => {
  const answers: (() => string[])[] = [
    () => {
      throw new AppError('UNAVAILABLE', 'The database is away');
    },
    () => ['0001-a', '0002-b', '0003-c', '0004-d', '0005-e'],
    () => ['0005-e'],
    () => [],
  ];
  const said: string[] = [];
  const database = { missingSteps: async () => answers.shift()?.() ?? [] };
  const logger = createLogger('test', { level: 'silent' });
  await waitForSchema('mail', database, logger, (reason) => said.push(reason), 1);
  expect(said).toEqual([
    'database is away',
    'the schema is older than this version, it lacks 0001-a, 0002-b, 0003-c and 2 more: run the command migrate of mail',
    'the schema is older than this version, it lacks 0005-e: run the command migrate of mail',
  ]);
  expect(answers).toEqual([]);
});
