import type { CredentialChecker, ProviderCall } from '@switchboard/providers';
import type { CustomerDetails } from '../domain/customer.ts';
import type { Money } from '../domain/money.ts';
import type { PaymentSnapshot } from '../domain/payment.ts';
import type { RefundSnapshot } from '../domain/refund.ts';

export interface PaymentOrder {
  /** Ours; the vendor brings it back in its reports. */
  readonly paymentId: string;
  readonly amount: Money;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly customer: CustomerDetails;
  /** The vendor's id of the customer, where it keeps customers. */
  readonly providerCustomerId: string | undefined;
  /** Where the customer comes back to after approving. */
  readonly returnUrl: string | undefined;
}

export interface RefundOrder {
  /** Ours; the vendor brings it back in its reports. */
  readonly refundId: string;
  readonly providerPaymentId: string;
  readonly providerChargeId: string | undefined;
  readonly amount: Money;
}

/** Begins payments and says how they stand. */
export interface PaymentDesk {
  /** @throws AppError REJECTED for an amount or currency that this vendor cannot take. Asks nobody. */
  requireTakable(amount: Money): void;
  /** Begins a payment; nothing is taken yet. @throws ProviderError */
  open(order: PaymentOrder, call: ProviderCall): Promise<PaymentSnapshot>;
  /** How a payment stands now. @throws ProviderError */
  look(providerPaymentId: string, call: ProviderCall): Promise<PaymentSnapshot>;
}

/** Takes the money with a payment method. */
export interface PaymentConfirmer {
  /** A declined payment method is an answer, not a failure. @throws ProviderError */
  confirm(
    payment: { readonly providerPaymentId: string; readonly returnUrl: string | undefined },
    paymentMethod: string,
    call: ProviderCall,
  ): Promise<PaymentSnapshot>;
}

/** Takes the money the customer has approved. */
export interface PaymentCapturer {
  /** @throws ProviderError */
  capture(providerPaymentId: string, call: ProviderCall): Promise<PaymentSnapshot>;
}

/** Calls off a payment at the vendor. */
export interface PaymentCanceler {
  /** @throws ProviderError */
  cancel(providerPaymentId: string, call: ProviderCall): Promise<PaymentSnapshot>;
}

/** Keeps customers at the vendor. */
export interface CustomerKeeper {
  /** @returns the vendor's id. @throws ProviderError */
  create(customerId: string, details: CustomerDetails, call: ProviderCall): Promise<string>;
}

/** Gives money back. */
export interface PaymentRefunder {
  /** @throws ProviderError */
  refund(order: RefundOrder, call: ProviderCall): Promise<RefundSnapshot>;
  /** How a refund stands now. @throws ProviderError */
  look(providerRefundId: string, call: ProviderCall): Promise<RefundSnapshot>;
}

/** One payment vendor. A role it cannot play is simply absent. */
export interface PaymentProvider {
  readonly id: string;
  readonly desk?: PaymentDesk;
  readonly confirmer?: PaymentConfirmer;
  readonly capturer?: PaymentCapturer;
  readonly canceler?: PaymentCanceler;
  readonly customers?: CustomerKeeper;
  readonly refunder?: PaymentRefunder;
  readonly checker?: CredentialChecker;
  /** Whether a refusal only says that it cannot be done yet, so that the payment stands as before. */
  isPremature(vendorCode: string): boolean;
}
