import { expect, it } from 'vitest';
import { OneAtATime } from './one-at-a-time.ts';

it('pieces of work never overlap, keep their order, and do not fail each other', async () => {
  const turns = new OneAtATime();
  const said: string[] = [];
  const work = (name: string) => async () => {
    said.push(`${name} begins`);
    await Promise.resolve();
    said.push(`${name} ends`);
    if (name === 'a') throw new Error('a fails');
    return name;
  };
  const all = await Promise.allSettled(['a', 'b', 'c'].map((name) => turns.run(work(name))));
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});
