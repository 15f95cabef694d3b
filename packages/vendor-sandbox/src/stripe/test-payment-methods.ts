/** A refusal of the card's bank. */
export interface Decline {
  readonly code: string;
  readonly declineCode?: string;
  readonly message: string;
}

/** How a payment method made from a test token behaves. */
export interface TestPaymentMethod {
  readonly type: 'card' | 'us_bank_account';
  readonly brand: string;
  readonly last4: string;
  readonly needsAuthentication?: boolean;
  readonly decline?: Decline;
  readonly refund?: 'pending' | 'fails';
  /** Bank debits take time, and end like this. */
  readonly slowly?: 'succeeds' | 'fails' | 'stays';
}

const declined = (
  declineCode: string,
  last4: string,
  message = 'Your card was declined.',
): TestPaymentMethod => ({
  type: 'card',
  brand: 'visa',
  last4,
  decline: { code: 'card_declined', declineCode, message },
});
const refusedCard = (code: string, last4: string, message: string): TestPaymentMethod => ({
  type: 'card',
  brand: 'visa',
  last4,
  decline: { code, message },
});
const card = (brand: string, last4: string, more: Partial<TestPaymentMethod> = {}): TestPaymentMethod => ({
  type: 'card',
  brand,
  last4,
  ...more,
});
const bank = (
  slowly: 'succeeds' | 'fails' | 'stays',
  last4: string,
  decline?: Decline,
): TestPaymentMethod => ({
  type: 'us_bank_account',
  brand: 'STRIPE TEST BANK',
  last4,
  slowly,
  ...(decline ? { decline } : {}),
});

const INSUFFICIENT = declined('insufficient_funds', '9995', 'Your card has insufficient funds.');

/**
 * Test payment methods by name. https://docs.stripe.com/testing?testing-method=payment-methods
 * and https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test-integration
 */
const BY_NAME: Readonly<Record<string, TestPaymentMethod>> = {
  pm_card_visa: card('visa', '4242'),
  pm_card_visa_debit: card('visa', '5556'),
  pm_card_mastercard: card('mastercard', '4444'),
  pm_card_mastercard_debit: card('mastercard', '8210'),
  pm_card_amex: card('amex', '8431'),
  pm_card_discover: card('discover', '9424'),
  pm_card_diners: card('diners', '0004'),
  pm_card_jcb: card('jcb', '0505'),
  pm_card_unionpay: card('unionpay', '0005'),
  pm_card_us: card('visa', '4242'),
  pm_card_gb: card('visa', '0008'),
  pm_card_de: card('visa', '0016'),
  pm_card_fr: card('visa', '0003'),
  pm_card_chargeDeclined: declined('generic_decline', '0002'),
  pm_card_chargeDeclinedInsufficientFunds: INSUFFICIENT,
  pm_card_chargeDeclinedLostCard: declined('lost_card', '9987'),
  pm_card_chargeDeclinedStolenCard: declined('stolen_card', '9979'),
  pm_card_chargeDeclinedFraudulent: declined('fraudulent', '0019'),
  pm_card_chargeDeclinedVelocityLimitExceeded: declined('card_velocity_exceeded', '6975'),
  pm_card_chargeDeclinedExpiredCard: refusedCard('expired_card', '0069', 'Your card has expired.'),
  pm_card_chargeDeclinedIncorrectCvc: refusedCard(
    'incorrect_cvc',
    '0127',
    "Your card's security code is incorrect.",
  ),
  pm_card_chargeDeclinedProcessingError: refusedCard(
    'processing_error',
    '0119',
    'An error occurred while processing your card. Try again in a little bit.',
  ),
  pm_card_authenticationRequired: card('visa', '3184', { needsAuthentication: true }),
  pm_card_authenticationRequiredOnSetup: card('visa', '3155', { needsAuthentication: true }),
  pm_card_threeDSecure2Required: card('visa', '3220', { needsAuthentication: true }),
  pm_card_threeDSecureRequired: card('visa', '3063', { needsAuthentication: true }),
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: {
    ...INSUFFICIENT,
    last4: '8260',
    needsAuthentication: true,
  },
  pm_card_pendingRefund: card('visa', '7726', { refund: 'pending' }),
  pm_card_refundFail: card('visa', '5126', { refund: 'fails' }),
  pm_usBankAccount_success: bank('succeeds', '6789'),
  pm_usBankAccount_processing: bank('stays', '0000'),
  pm_usBankAccount_insufficientFunds: bank('fails', '2227', {
    code: 'payment_method_provider_decline',
    declineCode: 'insufficient_funds',
    message: 'The customer’s bank account has insufficient funds to cover this payment.',
  }),
  pm_usBankAccount_accountClosed: bank('fails', '1113', {
    code: 'account_closed',
    message: 'The customer’s bank account has been closed.',
  }),
};

/** Looks a test token up: `pm_card_visa`, `tok_visa`, and the longer names with `visa_` inside. */
export function testPaymentMethod(token: string): TestPaymentMethod | undefined {
  const name = token.replace(/^tok_/, 'pm_card_').replace(/^pm_card_visa_(?!debit$)/, 'pm_card_');
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
}
