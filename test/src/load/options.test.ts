import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('the options of the bench', () => {
  it('are ten seconds on whatever database there is unless told otherwise', () => {
    expect(readOptions([])).toEqual({ help: false, seconds: 10, database: undefined });
    expect(readOptions(['--seconds', '3', '--database', 'postgres'])).toMatchObject({
      seconds: 3,
      database: 'postgres',
    });
  });

  it.each([[['--seconds', '0']], [['--seconds', 'x']], [['--database', 'mysql']], [['--sceonds', '3']]])(
    'refuse %j',
    (args) => {
      expect(() => readOptions(args)).toThrow();
    },
  );
});
