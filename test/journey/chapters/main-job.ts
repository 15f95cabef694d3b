import { describe, expect, it } from 'vitest';
import { steps } from '../../src/journey/steps.ts';
import type { Journey } from './journey.ts';

/** From sign-up to the audit trail, as docs tell it. */
export function mainJob(journey: Journey): void {
  describe('the main job, from sign-up to the audit trail', () => {
    it.each(steps.map((step) => [step.title, step] as const))(
      '%s',
      async (_title, step) => {
        expect(await step.run(journey.walk)).toBeTruthy();
      },
      60_000,
    );
  });
}
