import type { CredentialLender, ProviderCall, ProviderRegistry } from '@switchboard/providers';
import type { Database } from '@switchboard/storage';
import type { Payment, PaymentProviderName } from '../domain/payment.ts';
import type { PaymentProvider } from '../providers/payment-provider.ts';

/** What work at a vendor needs. */
export interface VendorAccess {
  readonly database: Database;
  readonly lender: CredentialLender;
  readonly providers: ProviderRegistry<PaymentProvider>;
}

/** The vendor's name, as connections, webhooks and the registry know it. */
export function vendorOf(provider: PaymentProviderName): 'stripe' | 'paypal' {
  return provider === 'STRIPE' ? 'stripe' : 'paypal';
}

/** Does something at a payment's vendor, with the credential of the connection it was made through. */
export async function atVendor<T>(
  { lender, providers }: Pick<VendorAccess, 'lender' | 'providers'>,
  payment: Payment,
  { intentId, signal }: { intentId: string; signal: AbortSignal },
  work: (provider: PaymentProvider, call: ProviderCall) => Promise<T>,
): Promise<T> {
  const vendor = vendorOf(payment.provider);
  const request = {
    vendor,
    workspaceId: payment.workspaceId,
    userId: payment.userId ?? undefined,
    connectionId: payment.connectionId,
    mode: payment.sandbox ? 'test' : 'live',
  } as const;
  return lender.use(request, (credential) =>
    work(providers.get(vendor), { credential, idempotencyKey: intentId, signal }),
  );
}
