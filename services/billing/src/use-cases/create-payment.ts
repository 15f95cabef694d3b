import { AppError, invalidInput, notFound } from '@switchboard/errors';
import { idempotently } from '@switchboard/idempotency';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { type Intent, planIntent } from '@switchboard/intents';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { PaymentCreatedSchema } from '@switchboard/proto-schemas';
import { type Credential, requireRole } from '@switchboard/providers';
import { Customer, type CustomerDetails, canonicalEmail, contactOf } from '../domain/customer.ts';
import type { Money } from '../domain/money.ts';
import { Payment, type PaymentProviderName } from '../domain/payment.ts';
import type { OpenPaymentPayload } from './open-payment.ts';
import { type VendorAccess, vendorOf } from './payment-vendor.ts';

export interface CreatePaymentInput {
  readonly idempotencyKey: string;
  readonly provider: PaymentProviderName;
  readonly amount: Money;
  readonly description: string;
  readonly customer: CustomerDetails;
  readonly metadata: Readonly<Record<string, string>>;
  readonly returnUrl: string | undefined;
}

// Stripe's limits, the narrower ones (docs.stripe.com/api/metadata), less our own entry.
const METADATA_ENTRIES_MAX = 49;
const METADATA_NAME_MAX = 40;
const METADATA_VALUE_MAX = 500;

/** Begins a payment at the workspace's vendor account. */
export class CreatePayment {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: Pick<VendorAccess, 'lender' | 'providers'>,
    private readonly open: Intent<OpenPaymentPayload, unknown>,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /**
   * @returns the payment as it stands when the vendor answered, or after 2 s.
   * @throws AppError INVALID_INPUT, or REJECTED when the vendor is not connected or cannot take the amount.
   */
  async execute(
    actor: WorkspaceActor,
    input: CreatePaymentInput,
  ): Promise<{ payment: Payment; replayed: boolean }> {
    this.#check(input);
    const credential = await this.#credential(actor, input.provider);
    const { idempotencyKey, ...rest } = input;
    let intentId: string | undefined;
    const { resourceId, replayed } = await idempotently(
      this.unitOfWork,
      actor,
      { mutation: 'paymentCreate', idempotencyKey, input: rest, keepHours: 72 },
      async (tx) => {
        const payment = await record(tx, actor, input, credential);
        const causedBy = tx.record(PaymentCreatedSchema, {
          paymentId: payment.id,
          provider: vendorOf(payment.provider),
          amountMinor: payment.amountMinor,
          currency: payment.currency,
          sandbox: payment.sandbox,
        });
        await tx.em.flush();
        intentId = await planIntent(tx, this.open, { paymentId: payment.id }, { causedBy });
        return { resourceId: payment.id, userErrors: [] };
      },
    );
    if (intentId) await this.runIntent(intentId);
    const payment = await this.unitOfWork.database.read(actor, (em) =>
      em.findOne(Payment, { id: resourceId ?? '' }),
    );
    if (!payment) throw notFound('Payment');
    return { payment, replayed };
  }

  #check({ amount, description, metadata, provider }: CreatePaymentInput): void {
    if (amount.amountMinor <= 0n) throw invalidInput('amount must be greater than zero.');
    if (description.trim() === '') throw invalidInput('description must not be empty.');
    const entries = Object.entries(metadata);
    const fits = entries.every(
      ([name, value]) =>
        name.length > 0 && name.length <= METADATA_NAME_MAX && value.length <= METADATA_VALUE_MAX,
    );
    if (entries.length > METADATA_ENTRIES_MAX || !fits || entries.some(([name]) => isOurs(name))) {
      throw invalidInput(
        `metadata takes ${METADATA_ENTRIES_MAX} entries, keys of 1 to ${METADATA_NAME_MAX} and values of up to ${METADATA_VALUE_MAX} characters; keys must not begin with "switchboard_" or hold brackets.`,
      );
    }
    requireRole(this.access.providers.get(vendorOf(provider)), 'desk').requireTakable(amount);
  }

  async #credential(actor: WorkspaceActor, provider: PaymentProviderName): Promise<Credential> {
    const { workspaceId, userId, mode } = actor;
    try {
      return await this.access.lender.lend({ vendor: vendorOf(provider), workspaceId, userId, mode });
    } catch (thrown) {
      if (AppError.from(thrown).code !== 'NOT_FOUND') throw thrown;
      throw new AppError('REJECTED', 'vendor not connected', {
        publicMessage: 'Connect an account of this provider first.',
        details: { code: 'PAYMENT_PROVIDER_NOT_CONNECTED' },
        cause: thrown,
      });
    }
  }
}

function isOurs(name: string): boolean {
  return name.startsWith('switchboard_') || /[[\]]/.test(name);
}

async function record(
  tx: EventTx,
  actor: WorkspaceActor,
  input: CreatePaymentInput,
  { connectionId, sandbox }: Credential,
): Promise<Payment> {
  const { email, phone, name } = input.customer;
  const details = { email: email && canonicalEmail(email), phone, name };
  const customerId = await customerOf(tx, actor.workspaceId, connectionId, sandbox, details);
  return tx.em.create(Payment, {
    id: newId('pay'),
    workspaceId: actor.workspaceId,
    connectionId,
    userId: actor.userId ?? null,
    provider: input.provider,
    customerId,
    status: 'PENDING',
    amountMinor: input.amount.amountMinor,
    currency: input.amount.currency,
    description: input.description,
    customerEmail: details.email ?? null,
    customerPhone: phone ?? null,
    customerName: name ?? null,
    metadata: input.metadata,
    returnUrl: input.returnUrl ?? null,
    sandbox,
  });
}

/** The workspace's customer with this address or number, made when there is none. */
async function customerOf(
  { em }: EventTx,
  workspaceId: string,
  connectionId: string,
  sandbox: boolean,
  details: CustomerDetails,
): Promise<string | null> {
  const contact = contactOf(details);
  if (!contact) return null;
  const { email = null, phone = null, name = null } = details;
  // In parallel with another payment of the same person, the second waits here for the first.
  await em.execute(
    `insert into customers (id, workspace_id, connection_id, contact, email, phone, name, sandbox)
     values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (workspace_id, connection_id, contact) do nothing`,
    [newId('cst'), workspaceId, connectionId, contact, email, phone, name, sandbox],
    'run',
  );
  const customer = await em.findOneOrFail(Customer, { connectionId, contact });
  return customer.id;
}
