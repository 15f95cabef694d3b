import { newId } from '@switchboard/ids';
import { UnitOfWork } from '@switchboard/messaging';
import { ProviderRegistry } from '@switchboard/providers';
import { migrationsOf } from '@switchboard/service';
import { type Database, SYSTEM } from '@switchboard/storage';
import { databaseKinds, testActor } from '@switchboard/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerEntry } from '../src/domain/ledger-rows.ts';
import { Payment, type SeenPayment } from '../src/domain/payment.ts';
import { Refund } from '../src/domain/refund.ts';
import type { PaymentProvider } from '../src/providers/payment-provider.ts';
import { stripeProvider } from '../src/providers/stripe/stripe.provider.ts';
import { billing } from '../src/service.ts';
import { lookAgain } from '../src/use-cases/payment-intents.ts';
import type { VendorAccess } from '../src/use-cases/payment-vendor.ts';
import { giveBack, RefundPayment } from '../src/use-cases/refund-payment.ts';
import { takePayment } from '../src/use-cases/take-payment.ts';
import { takeRefund } from '../src/use-cases/take-refund.ts';

const USD = (amountMinor: bigint) => ({ amountMinor, currency: 'USD' });

describe.each(databaseKinds())('in parallel on $name', (kind) => {
  let database: Database;
  let unitOfWork: UnitOfWork;
  beforeAll(async () => {
    const { entities } = billing;
    database = await kind.open({ service: 'billing', entities, migrations: migrationsOf(billing as never) });
    unitOfWork = new UnitOfWork(database, 'billing');
  });
  afterAll(async () => {
    await database.close();
    await kind.stop();
  });

  const providers = new ProviderRegistry<PaymentProvider>('payment', [stripeProvider]);
  // Nothing here goes to a vendor: only what is decided and recorded is of interest.
  const access = { providers } as VendorAccess;
  const look = lookAgain(access);

  async function recorded(actor = testActor()) {
    const id = newId('pay');
    const { workspaceId } = actor;
    const connectionId = 'con_1';
    await unitOfWork.run(SYSTEM, async ({ em }) => {
      em.create(Payment, {
        id,
        workspaceId,
        connectionId,
        provider: 'STRIPE',
        status: 'REQUIRES_CONFIRMATION',
        ...USD(2_999n),
        description: 'x',
        providerPaymentId: `pi_${id}`,
        sandbox: true,
      });
    });
    return { actor, id };
  }

  function succeeded(paymentId: string): SeenPayment {
    const snapshot = {
      providerPaymentId: `pi_${paymentId}`,
      status: 'SUCCEEDED',
      captured: USD(2_999n),
      fee: USD(117n),
    } as const;
    return { paymentId, revision: 0, snapshot };
  }

  const take = (seen: SeenPayment) => unitOfWork.run(SYSTEM, (tx) => takePayment(tx, look, seen));
  const entriesOf = (paymentId: string) => database.read(SYSTEM, (em) => em.find(LedgerEntry, { paymentId }));

  it('a payment is booked once, however often it is seen', async () => {
    const { id } = await recorded();
    await Promise.all(Array.from({ length: 10 }, () => take(succeeded(id))));
    expect(await entriesOf(id)).toHaveLength(4);
  });

  it('refunds never exceed the payment, and each is booked once', async () => {
    const { actor, id } = await recorded();
    await take(succeeded(id));
    const refund = new RefundPayment(unitOfWork, providers, giveBack(access), async () => {});
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        refund.execute(actor, { idempotencyKey: `${index}`, paymentId: id, amount: USD(700n) }),
      ),
    );
    const given = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value.refund] : [],
    );
    expect(given).toHaveLength(4);
    const reports = given.flatMap(({ id: refundId }) => [refundId, refundId, refundId]);
    await Promise.all(
      reports.map((refundId) =>
        unitOfWork.run(SYSTEM, (tx) =>
          takeRefund(tx, id, {
            providerRefundId: `re_${refundId}`,
            refundId,
            amount: USD(700n),
            status: 'SUCCEEDED',
          }),
        ),
      ),
    );
    const payment = await database.read(SYSTEM, (em) => em.findOneOrFail(Payment, { id }));
    expect(payment.refundedMinor).toBe(2_800n);
    const entries = await entriesOf(id);
    expect(entries).toHaveLength(12);
    expect(entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(0n);
  });

  it('a refund made at the vendor is taken in once, however often it is reported', async () => {
    const { id } = await recorded();
    await take(succeeded(id));
    const seen = { providerRefundId: `re_${id}`, amount: USD(500n), status: 'SUCCEEDED' } as const;
    await Promise.all(
      Array.from({ length: 6 }, () => unitOfWork.run(SYSTEM, (tx) => takeRefund(tx, id, seen))),
    );
    expect(await database.read(SYSTEM, (em) => em.find(Refund, { paymentId: id }))).toHaveLength(1);
  });
});
