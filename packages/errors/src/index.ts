export { AppError, type FailureOptions, invalidInput, notFound } from './app-error.ts';
export { FAILURES, type FailureCode, isFailureCode } from './failures.ts';
export { ProviderError, type VendorContext } from './provider-error.ts';
