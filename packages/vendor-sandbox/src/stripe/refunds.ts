import type { World } from '../world.ts';
import { type StripeAccount, stripeId } from './account.ts';
import { bookTransaction } from './charges.ts';
import { type Cause, NO_CAUSE, type StripeEvents } from './events.ts';
import { inWords } from './money.ts';
import type { Charge, PaymentIntent, Refund } from './objects.ts';
import type { Parameters } from './parameters.ts';
import { invalid, noSuch, refused, StripeError } from './stripe-error.ts';

/** https://docs.stripe.com/api/refunds/create */
export const REFUND_PARAMETERS = [
  'amount',
  'charge',
  'metadata',
  'payment_intent',
  'reason',
  'instructions_email',
] as const;
const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

/** Refunds, whole and in part. */
export class StripeRefunds {
  readonly #world: World;
  readonly #events: StripeEvents;

  constructor(world: World, events: StripeEvents) {
    this.#world = world;
    this.#events = events;
  }

  /** @throws StripeError when there is nothing (or not so much) to give back */
  create(account: StripeAccount, parameters: Parameters, cause: Cause): Refund {
    const charge = chargeIn(account, parameters);
    const reason = parameters.oneOf('reason', REASONS) ?? null;
    const metadata = parameters.metadata();
    const left = charge.amount_captured - charge.amount_refunded;
    const amount = parameters.integer('amount') ?? left;
    if (charge.refunded || left === 0) {
      throw refused(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
    }
    if (amount < 1) {
      throw invalid('This value must be greater than or equal to 1.', {
        param: 'amount',
        code: 'parameter_invalid_integer',
      });
    }
    if (amount > left) {
      throw refused(
        `Refund amount (${inWords(amount, charge.currency)}) is greater than unrefunded amount on charge (${inWords(left, charge.currency)})`,
        { param: 'amount' },
      );
    }
    const behaviour = account.behaviours.get(charge.payment_method ?? '')?.refund;
    const refund = this.#save(account, charge, {
      amount,
      reason,
      metadata,
      isPending: behaviour === 'pending',
    });
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount_captured;
    this.#events.emit(account, 'refund.created', refund, cause);
    this.#events.emit(account, 'charge.refunded', charge, cause);
    if (behaviour) this.#endLater(account, charge, refund, behaviour);
    return refund;
  }

  #save(
    account: StripeAccount,
    charge: Charge,
    details: {
      amount: number;
      reason: Refund['reason'];
      metadata: Record<string, string>;
      isPending: boolean;
    },
  ): Refund {
    const created = this.#events.nowSeconds();
    const id = stripeId('re');
    const transaction = bookTransaction(account, {
      amount: -details.amount,
      fee: 0,
      currency: charge.currency,
      created,
      source: id,
      type: 'refund',
    });
    return account.save<Refund>({
      id,
      object: 'refund',
      amount: details.amount,
      balance_transaction: transaction.id,
      charge: charge.id,
      created,
      currency: charge.currency,
      destination_details: { card: { type: 'refund', reference_status: 'pending' }, type: 'card' },
      metadata: details.metadata,
      payment_intent: charge.payment_intent,
      reason: details.reason,
      receipt_number: null,
      source_transfer_reversal: null,
      status: details.isPending ? 'pending' : 'succeeded',
      transfer_reversal: null,
    });
  }

  /** https://docs.stripe.com/testing#refunds: the test cards whose refunds are slow, or fail. */
  #endLater(account: StripeAccount, charge: Charge, refund: Refund, behaviour: 'pending' | 'fails'): void {
    this.#world.timers.after(this.#world.stepDelayMs * 2, () => {
      if (behaviour === 'pending') {
        refund.status = 'succeeded';
        this.#events.emit(account, 'refund.updated', refund, NO_CAUSE);
        return;
      }
      refund.status = 'failed';
      refund.failure_reason = 'expired_or_canceled_card';
      charge.amount_refunded -= refund.amount;
      charge.refunded = false;
      refund.failure_balance_transaction = bookTransaction(account, {
        amount: refund.amount,
        fee: 0,
        currency: refund.currency,
        created: this.#events.nowSeconds(),
        source: refund.id,
        type: 'refund_failure',
      }).id;
      this.#events.emit(account, 'refund.updated', refund, NO_CAUSE);
      this.#events.emit(account, 'refund.failed', refund, NO_CAUSE);
    });
  }
}

function chargeIn(account: StripeAccount, parameters: Parameters): Charge {
  const chargeId = parameters.text('charge');
  const intentId = parameters.text('payment_intent');
  if (chargeId && intentId) {
    throw invalid('You may only specify one of these parameters: charge, payment_intent.');
  }
  if (chargeId) {
    const charge = account.find<Charge>('charge', chargeId);
    if (!charge) throw noSuch('charge', chargeId, 'charge', 404);
    return checkCharge(charge);
  }
  if (!intentId) {
    throw invalid(
      'One of the following params should be provided for this request: payment_intent or charge.',
    );
  }
  const intent = account.find<PaymentIntent>('payment_intent', intentId);
  if (!intent) throw noSuch('payment_intent', intentId, 'payment_intent', 404);
  const charge = account.find<Charge>('charge', intent.latest_charge ?? '');
  if (charge?.status !== 'succeeded') {
    throw new StripeError(
      400,
      {
        type: 'invalid_request_error',
        message: `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
        param: 'payment_intent',
      },
      true,
    );
  }
  return checkCharge(charge);
}

function checkCharge(charge: Charge): Charge {
  if (charge.status === 'failed') {
    throw refused('This charge has failed, so it cannot be refunded.', { param: 'charge' });
  }
  if (!charge.captured && !charge.refunded) {
    throw refused('This charge has not been captured yet: cancel its PaymentIntent instead.', {
      param: 'charge',
    });
  }
  return charge;
}
