import { upperId } from '../random-ids.ts';
import type { Order, PurchaseUnit } from './account.ts';
import { type Money, readMoney, readPositiveMoney, toMinor } from './money.ts';
import { malformed, missing, unprocessable } from './paypal-error.ts';

type Json = Record<string, unknown>;

const UNITS_MAX = 10;
const TEXT_MAX = { reference_id: 256, description: 127, custom_id: 255, invoice_id: 127 } as const;
const INVALID_VALUE = 'The value of a field is invalid.';

/**
 * Checks the body of a new order and makes the order.
 * https://developer.paypal.com/docs/api/orders/v2/#orders_create
 * @throws PaypalError 400 for the shape, 422 for the rules
 */
export function readOrder(body: unknown, now: Date): Order {
  if (!isObject(body)) throw missing('/intent');
  const { intent } = body;
  if (intent === undefined) throw missing('/intent');
  if (intent !== 'CAPTURE' && intent !== 'AUTHORIZE') {
    throw malformed({
      field: '/intent',
      value: String(intent),
      location: 'body',
      issue: 'INVALID_PARAMETER_VALUE',
      description: INVALID_VALUE,
    });
  }
  const units = readUnits(body.purchase_units);
  if (intent === 'AUTHORIZE' && units.length > 1) {
    throw unprocessable(
      'UNSUPPORTED_INTENT',
      '`intent=AUTHORIZE` is not supported for multiple purchase units. Only `intent=CAPTURE` is supported.',
      '/intent',
    );
  }
  const source = isObject(body.payment_source) ? body.payment_source : {};
  const paypal = isObject(source.paypal) ? source.paypal : undefined;
  const experience = paypal && isObject(paypal.experience_context) ? paypal.experience_context : undefined;
  const context = experience ?? (isObject(body.application_context) ? body.application_context : {});
  return {
    id: upperId(17),
    intent,
    status: paypal ? 'PAYER_ACTION_REQUIRED' : 'CREATED',
    isPaypalSource: paypal !== undefined,
    units,
    returnUrl: readUrl(context.return_url, 'return_url'),
    cancelUrl: readUrl(context.cancel_url, 'cancel_url'),
    createTime: paypalTime(now),
    updateTime: paypalTime(now),
    payerId: null,
    captureOutcome: 'COMPLETED',
  };
}

function readUnits(input: unknown): PurchaseUnit[] {
  if (!Array.isArray(input)) throw missing('/purchase_units');
  const count = { field: '/purchase_units', location: 'body' } as const;
  if (input.length === 0) {
    throw malformed({
      ...count,
      issue: 'INVALID_ARRAY_MIN_ITEMS',
      description: 'The number of items in an array parameter is too small.',
    });
  }
  if (input.length > UNITS_MAX) {
    throw malformed({
      ...count,
      issue: 'INVALID_ARRAY_MAX_ITEMS',
      description: 'The number of items in an array parameter is too large.',
    });
  }
  const units = input.map((unit, index) => readUnit(unit, index, input.length));
  if (new Set(units.map(({ referenceId }) => referenceId)).size < units.length) {
    throw unprocessable(
      'DUPLICATE_REFERENCE_ID',
      '`reference_id` must be unique if multiple `purchase_unit` are provided.',
      '/purchase_units',
    );
  }
  if (new Set(units.map(({ amount }) => amount.currency_code)).size > 1) {
    throw unprocessable(
      'MULTI_CURRENCY_ORDER',
      'Multiple differing values of currency_code are not supported. Entire Order request must have the same currency_code.',
    );
  }
  return units;
}

function readUnit(input: unknown, index: number, unitCount: number): PurchaseUnit {
  const field = `/purchase_units/${index}`;
  if (!isObject(input)) throw missing(`${field}/amount`);
  const text = (name: keyof typeof TEXT_MAX): string | null => {
    const value = input[name];
    if (value === undefined) return null;
    if (typeof value !== 'string' || value.length < 1 || value.length > TEXT_MAX[name]) {
      throw malformed({
        field: `${field}/${name}`,
        value: String(value),
        location: 'body',
        issue: 'INVALID_STRING_LENGTH',
        description: 'The value of a field is either too short or too long.',
      });
    }
    return value;
  };
  const referenceId = text('reference_id');
  if (referenceId === null && unitCount > 1) {
    throw unprocessable(
      'REFERENCE_ID_REQUIRED',
      "'reference_id' is required for each 'purchase_unit' if multiple 'purchase_unit' are provided.",
      `${field}/reference_id`,
    );
  }
  const amount = readPositiveMoney(input.amount, `${field}/amount`);
  checkBreakdown(input, amount, field);
  return {
    referenceId: referenceId ?? 'default',
    amount,
    amountInput: input.amount as Json,
    invoiceId: text('invoice_id'),
    customId: text('custom_id'),
    description: text('description'),
    items: Array.isArray(input.items) ? input.items : null,
    captures: [],
    authorizations: [],
  };
}

/** The parts must add up to the whole. */
function checkBreakdown(unit: Json, amount: Money, field: string): void {
  const { breakdown } = unit.amount as Json;
  const part = (name: string): number => {
    const value = isObject(breakdown) ? breakdown[name] : undefined;
    return value === undefined ? 0 : toMinor(readMoney(value, `${field}/amount/breakdown/${name}`));
  };
  if (Array.isArray(unit.items) && unit.items.length > 0) {
    const itemTotal = isObject(breakdown) ? breakdown.item_total : undefined;
    if (itemTotal === undefined) {
      throw unprocessable(
        'ITEM_TOTAL_REQUIRED',
        'If item details are specified (items.unit_amount and items.quantity) corresponding amount.breakdown.item_total is required.',
        `${field}/amount/breakdown/item_total`,
      );
    }
    const sum = unit.items.reduce((total: number, item, index) => {
      const path = `${field}/items/${index}`;
      if (!isObject(item) || typeof item.name !== 'string') throw missing(`${path}/name`);
      if (typeof item.quantity !== 'string') throw missing(`${path}/quantity`);
      return total + toMinor(readMoney(item.unit_amount, `${path}/unit_amount`)) * Number(item.quantity);
    }, 0);
    if (sum !== part('item_total')) {
      throw unprocessable(
        'ITEM_TOTAL_MISMATCH',
        'Should equal sum of (unit_amount * quantity) across all items for a given purchase_unit.',
        `${field}/amount/breakdown/item_total/value`,
      );
    }
  }
  if (!isObject(breakdown)) return;
  const sum =
    part('item_total') +
    part('tax_total') +
    part('shipping') +
    part('handling') +
    part('insurance') -
    part('shipping_discount') -
    part('discount');
  if (sum !== toMinor(amount)) {
    throw unprocessable(
      'AMOUNT_MISMATCH',
      'Should equal item_total + tax_total + shipping + handling + insurance - shipping_discount - discount.',
      `${field}/amount/value`,
    );
  }
}

function readUrl(input: unknown, name: string): string | null {
  if (input === undefined) return null;
  if (typeof input !== 'string' || !URL.canParse(input)) {
    throw malformed({
      field: `/payment_source/paypal/experience_context/${name}`,
      value: String(input),
      location: 'body',
      issue: 'INVALID_PARAMETER_SYNTAX',
      description: 'The value of a field does not conform to the expected format.',
    });
  }
  return input;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** PayPal's times have no fractions. */
export const paypalTime = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
