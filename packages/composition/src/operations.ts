export { normaliseOperation } from './operations/normalise-operation.ts';
export { type RecordedOperation, readOperation } from './operations/recorded-operation.ts';
