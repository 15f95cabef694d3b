import type { World } from '../world.ts';
import type { StripeAccount } from './account.ts';
import { bookCharge, createCharge } from './charges.ts';
import { type Cause, NO_CAUSE, type StripeEvents } from './events.ts';
import { inWords } from './money.ts';
import type { Charge, PaymentIntent } from './objects.ts';
import { type UsablePaymentMethod, usePaymentMethod } from './payment-methods.ts';
import { invalid, refused, StripeError } from './stripe-error.ts';
import type { Decline } from './test-payment-methods.ts';

/** How a confirmation was asked for. */
export interface Confirmation {
  readonly paymentMethod?: string | undefined;
  readonly returnUrl?: string | undefined;
  readonly offSession?: boolean | undefined;
  readonly errorOnRequiresAction?: boolean | undefined;
  /** The buyer's browser confirms with the client secret: it can follow redirects. */
  readonly isFromBrowser?: boolean | undefined;
}

const CANCELABLE: readonly PaymentIntent['status'][] = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
  'processing',
];

/** The life of a payment intent. https://docs.stripe.com/payments/paymentintents/lifecycle */
export class StripePayments {
  readonly #world: World;
  readonly #events: StripeEvents;

  constructor(world: World, events: StripeEvents) {
    this.#world = world;
    this.#events = events;
  }

  /** https://docs.stripe.com/api/payment_intents/confirm @throws StripeError 402 when the bank declines */
  confirm(account: StripeAccount, intent: PaymentIntent, how: Confirmation, cause: Cause): void {
    if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
      const reason =
        intent.status === 'succeeded'
          ? 'it has already succeeded after being previously confirmed'
          : `it has a status of ${intent.status}`;
      throw unexpected(`You cannot confirm this PaymentIntent because ${reason}.`, intent);
    }
    const methodId = how.paymentMethod ?? intent.payment_method;
    if (!methodId) {
      throw unexpected(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
        intent,
      );
    }
    const method = usePaymentMethod(account, methodId, this.#events.nowSeconds());
    this.#checkReturnUrl(intent, how);
    if (!intent.payment_method_types.includes(method.behaviour.type)) {
      throw invalid(
        `The PaymentMethod provided (${method.behaviour.type}) is not allowed for this PaymentIntent. Please attach a PaymentMethod of one of the following types: ${intent.payment_method_types.join(', ')}.`,
        { param: 'payment_method' },
      );
    }
    intent.payment_method = method.paymentMethod.id;
    intent.last_payment_error = null;
    intent.next_action = null;
    if (how.returnUrl) intent.return_url = how.returnUrl;
    if (method.behaviour.needsAuthentication) this.#demandAuthentication(account, intent, method, how, cause);
    else this.#charge(account, intent, method, cause);
  }

  /** The buyer has answered the bank's question. */
  authenticate(account: StripeAccount, intent: PaymentIntent, isGranted: boolean): void {
    const methodId = intent.payment_method;
    if (intent.status !== 'requires_action' || !methodId) {
      throw unexpected(`This PaymentIntent awaits no action: it has a status of ${intent.status}.`, intent);
    }
    const method = usePaymentMethod(account, methodId, this.#events.nowSeconds());
    intent.next_action = null;
    if (isGranted) {
      try {
        this.#charge(account, intent, method, NO_CAUSE);
      } catch (thrown) {
        // The refusal goes to nobody: it stands on the intent and in an event.
        if (!(thrown instanceof StripeError)) throw thrown;
      }
      return;
    }
    this.#fail(account, intent, method, NO_CAUSE, {
      code: 'payment_intent_authentication_failure',
      message:
        'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
    });
  }

  /** https://docs.stripe.com/api/payment_intents/capture */
  capture(
    account: StripeAccount,
    intent: PaymentIntent,
    amountToCapture: number | undefined,
    cause: Cause,
  ): void {
    if (intent.status !== 'requires_capture') {
      throw unexpected(
        `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
        intent,
      );
    }
    const amount = amountToCapture ?? intent.amount_capturable;
    if (amount < 1)
      throw invalid('This value must be greater than or equal to 1.', {
        param: 'amount_to_capture',
        code: 'parameter_invalid_integer',
      });
    if (amount > intent.amount_capturable) {
      throw invalid(
        `The requested capture amount (${inWords(amount, intent.currency)}) is greater than the amount you can capture for this PaymentIntent (${inWords(intent.amount_capturable, intent.currency)}).`,
        { param: 'amount_to_capture', code: 'amount_too_large' },
      );
    }
    const charge = chargeOf(account, intent);
    charge.captured = true;
    charge.amount_captured = amount;
    bookCharge(account, charge, this.#events.nowSeconds());
    this.#events.emit(account, 'charge.captured', charge, cause);
    this.#succeed(account, intent, amount, cause);
  }

  /** https://docs.stripe.com/api/payment_intents/cancel */
  cancel(account: StripeAccount, intent: PaymentIntent, reason: string | undefined, cause: Cause): void {
    if (!CANCELABLE.includes(intent.status)) {
      throw unexpected(
        `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
        intent,
      );
    }
    if (intent.status === 'requires_capture') {
      // What was held is released: the charge shows it as refunded.
      const charge = chargeOf(account, intent);
      charge.refunded = true;
      charge.amount_refunded = charge.amount;
      this.#events.emit(account, 'charge.refunded', charge, cause);
    }
    intent.status = 'canceled';
    intent.amount_capturable = 0;
    intent.canceled_at = this.#events.nowSeconds();
    intent.cancellation_reason = reason ?? null;
    intent.next_action = null;
    this.#events.emit(account, 'payment_intent.canceled', intent, cause);
  }

  /**
   * An intent for all payment methods may send the buyer elsewhere, so a server that confirms must say where to
   * return. https://docs.stripe.com/api/payment_intents/confirm#confirm_payment_intent-return_url
   */
  #checkReturnUrl(intent: PaymentIntent, how: Confirmation): void {
    const automatic = intent.automatic_payment_methods as { allow_redirects?: unknown } | null;
    const mayRedirect = automatic !== null && automatic.allow_redirects !== 'never';
    if (mayRedirect && !how.returnUrl && !intent.return_url && !how.isFromBrowser) {
      throw invalid(
        "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
        { param: 'return_url' },
      );
    }
  }

  #demandAuthentication(
    account: StripeAccount,
    intent: PaymentIntent,
    method: UsablePaymentMethod,
    how: Confirmation,
    cause: Cause,
  ): void {
    if (how.offSession || how.errorOnRequiresAction) {
      this.#decline(account, intent, method, cause, {
        code: 'authentication_required',
        declineCode: 'authentication_required',
        message: 'Your card was declined. This transaction requires authentication.',
      });
    }
    intent.status = 'requires_action';
    const url = `${this.#world.sandboxUrl()}/stripe/authenticate/${intent.id}?client_secret=${intent.client_secret}`;
    intent.next_action = intent.return_url
      ? { redirect_to_url: { return_url: intent.return_url, url }, type: 'redirect_to_url' }
      : { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
    this.#events.emit(account, 'payment_intent.requires_action', intent, cause);
  }

  #charge(account: StripeAccount, intent: PaymentIntent, method: UsablePaymentMethod, cause: Cause): void {
    const { decline, slowly } = method.behaviour;
    if (slowly) {
      this.#process(account, intent, method, cause);
      return;
    }
    if (decline) this.#decline(account, intent, method, cause, decline);
    const created = this.#events.nowSeconds();
    const isCaptured = intent.capture_method !== 'manual';
    const charge = createCharge(account, intent, method, { status: 'succeeded', isCaptured, created });
    if (!isCaptured) {
      intent.status = 'requires_capture';
      intent.amount_capturable = intent.amount;
      this.#events.emit(account, 'charge.succeeded', charge, cause);
      this.#events.emit(account, 'payment_intent.amount_capturable_updated', intent, cause);
      return;
    }
    this.#book(account, intent, charge);
    this.#events.emit(account, 'charge.succeeded', charge, cause);
    this.#succeed(account, intent, intent.amount, cause);
  }

  /**
   * With `automatic_async` the books are written a moment after the charge: the balance transaction is null at
   * first. https://docs.stripe.com/payments/payment-intents/asynchronous-capture
   */
  #book(account: StripeAccount, intent: PaymentIntent, charge: Charge): void {
    if (intent.capture_method === 'automatic') {
      bookCharge(account, charge, this.#events.nowSeconds());
      return;
    }
    this.#world.timers.after(this.#world.stepDelayMs, () => {
      bookCharge(account, charge, this.#events.nowSeconds());
      this.#events.emit(account, 'charge.updated', charge, NO_CAUSE);
    });
  }

  #process(account: StripeAccount, intent: PaymentIntent, method: UsablePaymentMethod, cause: Cause): void {
    const { slowly, decline } = method.behaviour;
    intent.status = 'processing';
    const charge = createCharge(account, intent, method, {
      status: 'pending',
      isCaptured: true,
      created: this.#events.nowSeconds(),
    });
    this.#events.emit(account, 'charge.pending', charge, cause);
    this.#events.emit(account, 'payment_intent.processing', intent, cause);
    if (slowly === 'stays') return;
    this.#world.timers.after(this.#world.stepDelayMs * 2, () => {
      if (intent.status !== 'processing') return;
      if (slowly === 'fails' && decline) {
        Object.assign(charge, {
          status: 'failed',
          failure_code: decline.code,
          failure_message: decline.message,
        });
        this.#events.emit(account, 'charge.failed', charge, NO_CAUSE);
        this.#fail(account, intent, method, NO_CAUSE, decline);
        return;
      }
      Object.assign(charge, {
        status: 'succeeded',
        paid: true,
        captured: true,
        amount_captured: charge.amount,
      });
      bookCharge(account, charge, this.#events.nowSeconds());
      this.#events.emit(account, 'charge.succeeded', charge, NO_CAUSE);
      this.#succeed(account, intent, charge.amount, NO_CAUSE);
    });
  }

  #succeed(account: StripeAccount, intent: PaymentIntent, amountReceived: number, cause: Cause): void {
    intent.status = 'succeeded';
    intent.amount_received = amountReceived;
    intent.amount_capturable = 0;
    this.#events.emit(account, 'payment_intent.succeeded', intent, cause);
  }

  #decline(
    account: StripeAccount,
    intent: PaymentIntent,
    method: UsablePaymentMethod,
    cause: Cause,
    decline: Decline,
  ): never {
    const charge = createCharge(account, intent, method, {
      status: 'failed',
      isCaptured: false,
      decline,
      created: this.#events.nowSeconds(),
    });
    this.#events.emit(account, 'charge.failed', charge, cause);
    const fields = this.#fail(account, intent, method, cause, decline, charge.id);
    throw new StripeError(402, { ...fields, payment_intent: structuredClone(intent) }, true);
  }

  /** Back to the start, with the reason on the intent. Answers the error's fields. */
  #fail(
    account: StripeAccount,
    intent: PaymentIntent,
    { paymentMethod, behaviour }: UsablePaymentMethod,
    cause: Cause,
    decline: Decline,
    chargeId?: string,
  ) {
    const fields = {
      type:
        behaviour.type === 'card' && decline.code !== 'payment_intent_authentication_failure'
          ? 'card_error'
          : 'invalid_request_error',
      code: decline.code,
      message: decline.message,
      ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
      ...(chargeId ? { charge: chargeId } : {}),
      payment_method: structuredClone(paymentMethod),
    } as const;
    intent.status = 'requires_payment_method';
    intent.payment_method = null;
    intent.last_payment_error = fields;
    this.#events.emit(account, 'payment_intent.payment_failed', intent, cause);
    return fields;
  }
}

function chargeOf(account: StripeAccount, intent: PaymentIntent): Charge {
  const charge = account.find<Charge>('charge', intent.latest_charge ?? '');
  if (!charge) throw unexpected('This PaymentIntent has no charge.', intent);
  return charge;
}

const unexpected = (message: string, intent: PaymentIntent): StripeError =>
  refused(message, { code: 'payment_intent_unexpected_state', payment_intent: structuredClone(intent) });
