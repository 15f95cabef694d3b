import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from '../src/house/start-house.ts';
import { newPeople } from '../src/journey/people.ts';
import { steps } from '../src/journey/steps.ts';
import { startWalk, type Walk } from '../src/journey/walk.ts';

let house: House;
let walk: Walk;
beforeAll(async () => {
  house = await startHouse();
  walk = startWalk(newPeople(), house.client(), house.sandbox);
}, 150_000);
afterAll(() => house.stop(), 30_000);

describe('the main job, from sign-up to the audit trail', () => {
  it.each(steps.map((step) => [step.title, step] as const))(
    '%s',
    async (_title, step) => {
      expect(await step.run(walk)).toBeTruthy();
    },
    60_000,
  );
});
