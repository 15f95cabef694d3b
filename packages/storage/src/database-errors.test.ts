import { expect, it } from 'vitest';
import { isDatabaseAway } from './database-errors.ts';

// pg 8, lib/client.js and pg-pool: what a client says whose connection is gone.
it.each([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
])('takes "%s" for a database that is away', (message) => {
  expect(isDatabaseAway(new Error('wrapped', { cause: new Error(message) }))).toBe(true);
});

it('takes a refusal for what it is', () => {
  expect(isDatabaseAway(Object.assign(new Error('duplicate key'), { code: '23505' }))).toBe(false);
});
