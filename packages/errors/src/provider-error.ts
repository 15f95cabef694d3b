import { AppError, type FailureOptions } from './app-error.ts';
import type { FailureCode } from './failures.ts';

/** The vendor's own evidence, kept for support; it never leaves in an API answer. */
export interface VendorContext {
  readonly vendor: string;
  readonly operation: string;
  readonly vendorCode?: string | undefined;
  readonly vendorRequestId?: string | undefined;
}

/** A failure that came from outside; it keeps the vendor's own evidence. */
export class ProviderError extends AppError {
  override readonly name = 'ProviderError';

  constructor(
    code: FailureCode,
    readonly vendor: VendorContext,
    options: FailureOptions = {},
  ) {
    super(code, `${vendor.vendor}.${vendor.operation} failed (${vendor.vendorCode ?? code})`, options);
  }
}
