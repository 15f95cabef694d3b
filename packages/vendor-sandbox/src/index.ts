export { sandboxAccounts } from './accounts.ts';
export type { CallbackRecord } from './callbacks/callback-sender.ts';
export type { FaultView } from './faults/fault-book.ts';
export type { Mail } from './mailbox/mailbox.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts';
export type { RequestRecord } from './traffic/request-log.ts';
export { VENDOR_NAMES, type VendorName } from './vendor.ts';
