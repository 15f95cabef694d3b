import { requireWorkspaceActor } from '@switchboard/identity';
import {
  PaymentActionRequiredSchema,
  PaymentCanceledSchema,
  PaymentCreatedSchema,
  PaymentFailedSchema,
  PaymentProcessingSchema,
  PaymentSucceededSchema,
  RefundCreatedSchema,
  RefundFailedSchema,
  RefundSucceededSchema,
} from '@switchboard/proto-schemas/evt/billing';
import {
  type Connection,
  planPage,
  RequiresScopes,
  Streams,
  type SubgraphContext,
  Tool,
  toConnection,
  toOutcome,
} from '@switchboard/subgraph';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { canonicalEmail } from '../domain/customer.ts';
import type { ActOnPayment, PaymentOutcome } from '../use-cases/act-on-payment.ts';
import type { CreatePayment } from '../use-cases/create-payment.ts';
import type { FindPayments } from '../use-cases/find-payments.ts';
import { LedgerBalance, LedgerEntry, toLedgerBalance, toLedgerEntry } from './ledger.type.ts';
import {
  PaymentCancelInput,
  PaymentCaptureInput,
  PaymentConfirmInput,
  PaymentCreateInput,
  PaymentPayload,
  PaymentsArgs,
} from './payment.inputs.ts';
import { Payment, PaymentConnection, toPayment } from './payment.type.ts';
import { Refund, toRefund } from './refund.type.ts';
import { toCreatePayment } from './to-create-payment.ts';

@Resolver(() => Payment)
export class PaymentResolver {
  constructor(
    private readonly createPayment: CreatePayment,
    private readonly act: ActOnPayment,
    private readonly find: FindPayments,
  ) {}

  @RequiresScopes('billing:read')
  @Query(() => Payment, { nullable: true })
  async payment(@Arg('id', () => ID) id: string, @Ctx() { actor }: SubgraphContext): Promise<Payment | null> {
    const [found] = await this.find.byIds(requireWorkspaceActor(actor), [id]);
    return found ? toPayment(found) : null;
  }

  @Tool()
  @RequiresScopes('billing:read')
  @Query(() => PaymentConnection, { description: 'The workspace’s payments, newest first.' })
  async payments(
    @Args(() => PaymentsArgs) args: PaymentsArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<Payment>> {
    const { provider, status, contact } = args.filter ?? {};
    const filter = { provider, status, contact: contact?.includes('@') ? canonicalEmail(contact) : contact };
    const plan = planPage(args, { filter });
    const rows = await this.find.page(requireWorkspaceActor(actor), filter, plan);
    return toConnection(rows.map(toPayment), plan);
  }

  @RequiresScopes('billing:read')
  @Streams(() => Payment, {
    on: [
      PaymentCreatedSchema,
      PaymentActionRequiredSchema,
      PaymentProcessingSchema,
      PaymentSucceededSchema,
      PaymentFailedSchema,
      PaymentCanceledSchema,
      RefundCreatedSchema,
      RefundSucceededSchema,
      RefundFailedSchema,
    ],
    id: 'paymentId',
    description: 'Payments, or one of them, as they and their refunds change.',
  })
  paymentChanged(@Arg('id', () => ID, { nullable: true }) _id: string | null): Payment | null {
    return null;
  }

  @RequiresScopes('billing:read')
  @Query(() => [LedgerBalance], {
    nullable: true,
    description: 'What is in each account of the workspace’s ledger, per currency.',
  })
  async ledgerBalances(@Ctx() { actor }: SubgraphContext): Promise<readonly LedgerBalance[]> {
    return (await this.find.balances(requireWorkspaceActor(actor))).map(toLedgerBalance);
  }

  @Tool()
  @RequiresScopes('billing:charge')
  @Mutation(() => PaymentPayload, { description: 'Begins a payment; nothing is taken yet.' })
  async paymentCreate(
    @Arg('input', () => PaymentCreateInput) input: PaymentCreateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<PaymentPayload> {
    return toPayload(() => this.createPayment.execute(requireWorkspaceActor(actor), toCreatePayment(input)));
  }

  @RequiresScopes('billing:charge')
  @Mutation(() => PaymentPayload, {
    description: 'Takes the money with a payment method (Stripe). A decline is on the payment.',
  })
  async paymentConfirm(
    @Arg('input', () => PaymentConfirmInput) input: PaymentConfirmInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<PaymentPayload> {
    return toPayload(() => this.act.confirm(requireWorkspaceActor(actor), { ...input }));
  }

  @RequiresScopes('billing:charge')
  @Mutation(() => PaymentPayload, { description: 'Takes the money the customer approved (PayPal).' })
  async paymentCapture(
    @Arg('input', () => PaymentCaptureInput) input: PaymentCaptureInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<PaymentPayload> {
    return toPayload(() => this.act.capture(requireWorkspaceActor(actor), { ...input }));
  }

  @RequiresScopes('billing:charge')
  @Mutation(() => PaymentPayload, { description: 'Calls a payment off before money is taken.' })
  async paymentCancel(
    @Arg('input', () => PaymentCancelInput) input: PaymentCancelInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<PaymentPayload> {
    return toPayload(() => this.act.cancel(requireWorkspaceActor(actor), { ...input }));
  }

  @RequiresScopes('billing:read')
  @FieldResolver(() => [Refund], { nullable: true, description: 'What was given back, oldest first.' })
  async refunds(@Root() { id }: Payment, @Ctx() context: SubgraphContext): Promise<readonly Refund[] | null> {
    const actor = requireWorkspaceActor(context.actor);
    const rows = await context.load('refundsOfPayment', id, (ids) => this.find.refundsOf(actor, ids));
    return rows?.map(toRefund) ?? null;
  }

  @RequiresScopes('billing:read')
  @FieldResolver(() => [LedgerEntry], {
    nullable: true,
    description: 'What was written to the ledger for it, oldest first.',
  })
  async ledgerEntries(
    @Root() { id }: Payment,
    @Ctx() context: SubgraphContext,
  ): Promise<readonly LedgerEntry[] | null> {
    const actor = requireWorkspaceActor(context.actor);
    const rows = await context.load('ledgerOfPayment', id, (ids) => this.find.ledgerOf(actor, ids));
    return rows?.map(toLedgerEntry) ?? null;
  }
}

async function toPayload(work: () => Promise<PaymentOutcome>): Promise<PaymentPayload> {
  const { resource, userErrors } = await toOutcome(work);
  return {
    payment: resource && toPayment(resource.payment),
    replayed: resource?.replayed ?? false,
    userErrors,
  };
}
