export { type AnyIntent, defineIntent, type Intent, type IntentCall } from './intent.ts';
export { type PlanOptions, planIntent } from './plan.ts';
export { intentsStatus } from './status.ts';
export { intentsMigration } from './tables.ts';
export { IntentWorker } from './worker.ts';
