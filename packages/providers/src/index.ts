export type { CredentialChecker } from './checker.ts';
export { type Credential, callbackSecrets, type ProviderCall, reveal } from './credential.ts';
export { CredentialLender, type LendRequest } from './lender.ts';
export { ProviderRegistry, requireRole } from './registry.ts';
