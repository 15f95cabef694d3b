export { forgetKeys } from './forget-keys.ts';
export {
  idempotently,
  type MutationRequest,
  type MutationResult,
  type StoredUserError,
} from './idempotently.ts';
export { requestHash } from './request-hash.ts';
export { idempotencyMigration } from './tables.ts';
