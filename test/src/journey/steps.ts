import { accountSteps } from './account-steps.ts';
import { agentSteps } from './agent-steps.ts';
import { contactSteps } from './contact-steps.ts';
import { overviewSteps } from './overview-steps.ts';
import { paymentSteps } from './payment-steps.ts';
import type { Step } from './walk.ts';

/** The product's main job from sign-up to the audit trail, in order. */
export const steps: readonly Step[] = [
  ...accountSteps,
  ...contactSteps,
  ...paymentSteps,
  ...agentSteps,
  ...overviewSteps,
];
